import {readdirSync, readFileSync} from 'node:fs'
import {basename, join} from 'node:path'

const BELOW_HOME = '.local/share/heroku/authorizations-rotate'

/** The path is the one below the plugin's data directory. */
type FileContent = {content: string; path: string}

export type Line = {[field: string]: unknown; type?: string}

/** What the plugin has left on a machine, as anybody sees it who knows the format and not the code. */
export class Files {
  readonly #list: () => FileContent[]

  private constructor(list: () => FileContent[]) {
    this.#list = list
  }

  /** On the real disk. */
  static at(home: string): Files {
    const root = join(home, BELOW_HOME)
    return new Files(() => list(root).map(path => ({content: readFileSync(join(root, path), 'utf8'), path})))
  }

  /** Of a machine whose disk is a map from path to content. */
  static of(disk: ReadonlyMap<string, string>): Files {
    return new Files(() => [...disk].map(([path, content]) => ({content, path: path.slice(path.indexOf(BELOW_HOME) + BELOW_HOME.length + 1)})))
  }

  /** Every file of the plugin. */
  get all(): FileContent[] {
    return this.#list()
  }

  get audit(): Line[] {
    return this.#below('audit').filter(({path}) => path.endsWith('.jsonl')).flatMap(({content}) => linesOf(content))
  }

  /** The journals that say anything; a torn last line says nothing. */
  get journals(): {id: string; records: Line[]}[] {
    return this.#below('rotations')
      .filter(({path}) => path.endsWith('.jsonl'))
      .map(({content, path}) => ({id: basename(path, '.jsonl'), records: linesOf(content).flatMap(({record}) => (isLine(record) ? [record] : []))}))
      .filter(({records}) => records.length > 0)
  }

  /** For each lock its newest generation. */
  get locks(): Line[] {
    const generations = this.#below('locks').filter(({path}) => /\.\d+$/.test(path))
    const newest = new Map<string, {content: string; generation: number}>()
    for (const {content, path} of generations) {
      const generation = Number(path.slice(path.lastIndexOf('.') + 1))
      const credential = path.slice(0, path.lastIndexOf('.'))
      if (generation > (newest.get(credential)?.generation ?? 0)) newest.set(credential, {content, generation})
    }

    return [...newest.values()].flatMap(({content}) => linesOf(content))
  }

  /** Whether a rotation came as far as making an authorization. */
  get madeSomething(): boolean {
    return this.journals.some(({records}) => records.some(({name, type}) => type === 'phase' && name === 'create'))
  }

  /** How each journal ended; null where it is open. */
  get outcomes(): (null | string)[] {
    return this.journals.map(({records}) => {
      const outcome = records.find(({type}) => type === 'closed')?.['outcome']
      return typeof outcome === 'string' ? outcome : null
    })
  }

  #below(folder: string): {content: string; path: string}[] {
    return this.all.filter(({path}) => path.startsWith(`${folder}/`))
  }
}

function list(root: string): string[] {
  try {
    return readdirSync(root, {recursive: true, withFileTypes: true})
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort()
  } catch {
    return [] // nothing was ever written
  }
}

function linesOf(content: string): Line[] {
  return content.split('\n').flatMap(line => {
    try {
      const parsed: unknown = JSON.parse(line)
      return isLine(parsed) ? [parsed] : []
    } catch {
      return []
    }
  })
}

function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
