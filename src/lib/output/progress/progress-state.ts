import type {ProgressEvent} from '../../ports.js'

type State = 'active' | 'done' | 'failed' | 'skipped'

/** A phase of a rotation, or a consumer or probe within it. `goal` counts the consumers that the phase goes through. */
export type Row = {detail: string; goal: number; isProbe: boolean; startedAt: number; state: State; took: number | undefined}

type Note = {text: string; until: null | number}

/** Knows what has been reported and is still to be seen. Several rotations each have phases of their own. */
export class ProgressState {
  readonly consumers = new Map<string, Row>()
  readonly notes = new Map<string, Note>()
  /** Phases by the name of the rotation, which is empty where there is only one. */
  readonly rotations = new Map<string, Map<string, Row>>()
  readonly #now: () => number
  warnings: string[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  get phases(): [string, Row][] {
    return [...this.rotations.values()].flatMap(phases => [...phases])
  }

  get isGrouped(): boolean {
    return [...this.rotations.keys()].some(name => name !== '')
  }

  take(event: ProgressEvent): void {
    switch (event.type) {
    case 'phase':
      this.#takePhase(event)
      break
    case 'consumer': {
      const {detail, id, isProbe = false, state} = event
      this.consumers.set(id, {detail, goal: 0, isProbe, startedAt: this.consumers.get(id)?.startedAt ?? this.#now(), state, took: undefined})
      break
    }

    case 'note':
      if (event.text === '') this.notes.delete(event.about ?? '')
      else this.notes.set(event.about ?? event.text, {text: event.text, until: null})
      break
    case 'wait':
      this.notes.set(event.text, {text: event.text, until: event.until})
      break
    case 'warning':
      this.warnings.push(event.text)
      break
    }
  }

  /** Leaves out what stands on the terminal for good. */
  forgetEnded(): void {
    this.warnings = []
    for (const phases of this.isGrouped ? [] : this.rotations.values()) {
      for (const [name, {state}] of phases) if (state !== 'active') phases.delete(name)
    }
  }

  #takePhase({detail = '', goal = 0, name, rotation = '', seconds, state}: Extract<ProgressEvent, {type: 'phase'}>): void {
    if (state === 'started' && this.phases.every(([, row]) => row.state !== 'active')) {
      this.consumers.clear()
      this.notes.clear()
    }

    const phases = this.rotations.get(rotation) ?? new Map<string, Row>()
    const startedAt = state === 'started' ? this.#now() : (phases.get(name)?.startedAt ?? this.#now())
    phases.set(name, {detail, goal, isProbe: false, startedAt, state: state === 'started' ? 'active' : state, took: seconds})
    this.rotations.set(rotation, phases)
  }
}
