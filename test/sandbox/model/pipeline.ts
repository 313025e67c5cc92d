import type {App} from './app.js'
import type {Identifiers} from './identifiers.js'

import {type PipelineSpec, type Stage, stages} from '../options.js'

export type Coupling = {app: App; id: string; stage: Stage}

export class Pipeline {
  readonly couplings: Coupling[]
  readonly createdAt: number
  readonly id: string
  readonly name: string
  readonly #config = new Map<Stage, Record<string, string>>()

  constructor(spec: PipelineSpec, apps: readonly App[], ids: Identifiers, now: number) {
    this.createdAt = now
    this.id = ids.uuid()
    this.name = spec.name
    this.couplings = (spec.couplings ?? []).map(({app: name, stage}) => {
      const app = apps.find(candidate => candidate.name === name)
      if (!app) throw new Error(`pipeline ${spec.name} couples ${name}, which is not an app`)
      return {app, id: ids.uuid(), stage}
    })
    for (const stage of stages) this.#config.set(stage, spec.config?.[stage] ?? {})
  }

  changeConfig(stage: Stage, changes: Record<string, string | null>): void {
    const config = {...this.config(stage)}
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) delete config[key]
      else config[key] = value
    }

    this.#config.set(stage, config)
  }

  config(stage: Stage): Readonly<Record<string, string>> {
    return this.#config.get(stage) ?? {}
  }
}
