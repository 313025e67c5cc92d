import type {ProgressEvent} from '../ports.js'
import type {Progress} from './progress.js'
import type {Styles} from './styles.js'
import {seconds} from '../text/duration.js'
import {label} from './styles.js'

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

type Row = {detail: string; startedAt: number; state: 'active' | 'done' | 'failed' | 'skipped'; took: number | undefined}

type Screen = {
  columns(): number
  every(tick: () => void): () => void
  now(): number
  update: ((text: string) => void) & {clear(): void; done(): void}
}

export function liveProgress({columns, every, now, update}: Screen, styles: Styles): Progress {
  const phases = new Map<string, Row>()
  const consumers = new Map<string, Row>()
  const notes: string[] = []
  const warnings: string[] = []
  let frame = 0
  let isPaused = false
  let isStopped = false

  const mark = ({state}: Row) =>
    ({active: styles.command(FRAMES[frame % FRAMES.length] ?? ''), done: styles.good('✓'), failed: styles.bad('✗'), skipped: styles.dim('-')})[state]

  function draw(): void {
    if (isPaused) return
    const width = Math.max(20, columns())
    const lines: string[] = warnings.map(text => styles.warn(fit(`warning: ${text}`, width)))
    const longest = Math.max(9, ...[...phases.keys()].map(name => name.length))
    // Several rotations may share a phase: their consumers are shown once, below the last active line.
    const [last] = [...phases].findLast(([, {state}]) => state === 'active') ?? []
    for (const [name, row] of phases) {
      const took = row.state === 'active' ? (now() - row.startedAt) / 1000 : row.took
      const time = took !== undefined && took >= 1 ? seconds(took) : ''
      const text = fit([name.padEnd(longest), row.detail, time].filter(Boolean).join('  '), width - 2)
      lines.push(`${mark(row)} ${row.state === 'failed' ? styles.bad(text) : text}`)
      if (name === last) {
        for (const [id, consumer] of consumers) lines.push(`  ${mark(consumer)} ${fit(`${label(id)}  ${consumer.detail}`, width - 4)}`)
        for (const note of notes) lines.push(`  ${styles.dim(fit(note, width - 2))}`)
      }
    }

    update(lines.join('\n'))
  }

  function take(event: ProgressEvent): void {
    switch (event.type) {
    case 'phase': {
      if (event.state === 'started') {
        if ([...phases.values()].every(({state}) => state !== 'active')) {
          consumers.clear()
          notes.length = 0
        }

        phases.set(event.name, {detail: event.detail ?? '', startedAt: now(), state: 'active', took: undefined})
        break
      }

      const before = phases.get(event.name)
      phases.set(event.name, {detail: event.detail ?? '', startedAt: before?.startedAt ?? now(), state: event.state, took: event.seconds})
      break
    }

    case 'consumer':
      consumers.set(event.id, {detail: event.detail, startedAt: now(), state: event.state, took: undefined})
      break
    case 'note':
      notes.push(event.text)
      break
    case 'warning':
      warnings.push(event.text)
      break
    }
  }

  const stopTicking = every(() => {
    frame++
    draw()
  })

  return {
    pause() {
      isPaused = true
      update.clear()
    },
    report(event) {
      isPaused = false
      take(event)
      draw()
    },
    stop() {
      if (isStopped) return
      isStopped = true
      stopTicking()
      isPaused = false
      draw()
      update.done()
    },
  }
}

function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}
