import type {ProgressEvent} from '../ports.js'
import type {Glyphs} from './glyphs.js'
import type {Progress} from './progress.js'
import type {Styles} from './styles.js'
import {seconds} from '../text/duration.js'

/** So many are counted by looking at them. */
const FEW = 4

type Row = {detail: string; startedAt: number; state: 'active' | 'done' | 'failed' | 'skipped'; took: number | undefined}

type Screen = {
  columns(): number
  glyphs: Glyphs
  every(tick: () => void): () => void
  nameOf(id: string): string
  now(): number
  rows(): number
  update: ((text: string) => void) & {clear(): void; done(): void}
}

/** Never draws more rows than fit, because a terminal cannot take back what has left it at the top. */
export function liveProgress({columns, every, glyphs, nameOf, now, rows, update}: Screen, styles: Styles): Progress {
  const phases = new Map<string, Row>()
  const consumers = new Map<string, Row>()
  const notes: string[] = []
  const warnings: string[] = []
  let frame = 0
  let names: readonly string[] = []
  let pauses = 0
  let isStopped = false

  const mark = ({state}: Row) => ({
    active: styles.command(glyphs.frames[frame % glyphs.frames.length] ?? ''),
    done: styles.good(glyphs.done),
    failed: styles.bad(glyphs.failed),
    skipped: styles.dim(glyphs.skipped),
  })[state]

  const fit = (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, Math.max(0, width - glyphs.dots.length))}${glyphs.dots}`)

  /** Failed ones first, then those that run, the longest first; as many as there is room for. */
  function shownOf(room: number): {hidden: number; shown: [string, Row][]} {
    const all = [...consumers]
    if (all.length <= room) return {hidden: 0, shown: all}
    const rank = ([, {state}]: [string, Row]) => ['failed', 'active', 'done', 'skipped'].indexOf(state)
    const inOrder = all.toSorted((a, b) => rank(a) - rank(b) || a[1].startedAt - b[1].startedAt)
    return {hidden: all.length - room + 1, shown: inOrder.slice(0, Math.max(0, room - 1))}
  }

  function counted(): string {
    const ended = [...consumers.values()].filter(({state}) => state === 'done').length
    return consumers.size > FEW ? `${ended} of ${consumers.size} done` : ''
  }

  function draw(): void {
    if (pauses > 0) return
    const width = Math.max(20, columns())
    const lines: string[] = warnings.map(text => styles.warn(fit(`warning: ${text}`, width)))
    const longest = Math.max(9, ...[...phases.keys()].map(name => name.length))
    // Several rotations may share a phase: their consumers are shown once, below the last active line.
    const [last] = [...phases].findLast(([, {state}]) => state === 'active') ?? []
    const room = Math.max(2, rows() - phases.size - warnings.length - notes.length - 2)
    const {hidden, shown} = shownOf(room)
    for (const [name, row] of phases) {
      const took = row.state === 'active' ? (now() - row.startedAt) / 1000 : row.took
      const time = took !== undefined && took >= 1 ? seconds(took) : ''
      const detail = name === last && row.detail === '' ? counted() : row.detail
      const text = fit([name.padEnd(longest), detail, time].filter(Boolean).join('  '), width - 2)
      lines.push(`${mark(row)} ${row.state === 'failed' ? styles.bad(text) : text}`)
      if (name === last) {
        for (const [id, consumer] of shown) lines.push(`  ${mark(consumer)} ${fit(`${nameOf(id)}  ${consumer.detail}`, width - 4)}`)
        if (hidden > 0) lines.push(styles.dim(`  ${glyphs.dots} ${hidden} more`))
        for (const note of notes) lines.push(`  ${styles.dim(fit(note, width - 2))}`)
      }
    }

    // log-update loses a row where one above it goes away, so that such a picture is drawn anew.
    const drawn = lines.map(line => line.slice(2, 12))
    if (names.some((name, index) => drawn[index] !== name)) update.clear()
    names = drawn
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
      consumers.set(event.id, {detail: event.detail, startedAt: consumers.get(event.id)?.startedAt ?? now(), state: event.state, took: undefined})
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
      pauses += 1
      update.clear()
      names = []
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        pauses -= 1
        draw()
      }
    },
    report(event) {
      take(event)
      draw()
    },
    stop() {
      if (isStopped) return
      isStopped = true
      stopTicking()
      pauses = 0
      draw()
      update.done()
    },
  }
}
