import type {InferredFlags} from '@oclif/core/interfaces'
import {flags} from '@heroku-cli/command'
import {homedir} from 'node:os'
import {dirname, isAbsolute, relative, resolve, sep} from 'node:path'
import type {Addition} from '../../rotation-file/add-consumers.js'
import {addressAt, addressSchema, consumer, placed, type Placed} from '../../consumers/registry.js'
import {absoluteOf} from '../../system/paths.js'
import {consumerFlags, consumersFrom, refuseTwice} from './consumers.js'

/** Consumers to write into a rotation file. */
export const additionFlags = {
  ...consumerFlags,
  path: flags.string({description: 'file of this machine that holds the token', helpGroup: 'WHERE IT IS USED', helpValue: 'FILE', multiple: true}),
}

export type Given = Partial<InferredFlags<typeof additionFlags>>

/** `file` is the rotation file: a path in it is relative to its folder. */
export function additionsFrom(given: Given, file: string): Addition[] {
  const folder = dirname(absoluteOf(file))
  const consumers = [...consumersFrom(given), ...(given.path ?? []).map(path => placed(addressSchema.parse({kind: 'file', path: pathFrom(path, folder)})))]
  refuseTwice(consumers)
  return consumers.map(one => additionOf(one))
}

export function additionOf(entry: Placed, keys = keysOf(entry)): Addition {
  const {id, kind} = consumer(entry.address)
  return {...entry, keys, name: id.slice(kind.length + 1)}
}

/** Every config var that holds the token is meant, so that the entry lists none. */
export const additionAt = ({keys, ...place}: {app: null | string; keys: readonly string[]; name: string}): Addition => additionOf(placed(addressAt(place)), keys)

/** Only config vars are told beside their place: the name of any other place says it all. */
function keysOf({address}: Placed): readonly string[] {
  return address.kind === 'heroku-config' || address.kind === 'pipeline-config' ? consumer(address).keys : []
}

/** Another machine has another home, and the file may be in a repository. */
function pathFrom(path: string, folder: string): string {
  const absolute = absoluteOf(path)
  const inFolder = relative(folder, absolute)
  if (inFolder !== '' && !inFolder.startsWith('..') && !isAbsolute(inFolder)) return inFolder
  const home = resolve(homedir())
  return absolute.startsWith(`${home}${sep}`) ? `~/${relative(home, absolute)}` : absolute
}
