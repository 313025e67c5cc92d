import * as z from 'zod'
import {heroku, RotationError} from '../errors.js'
import {defineAdapter, evidence} from './adapter.js'

const addressSchema = z.strictObject({
  instructions: z.string().min(1).max(2000),
  kind: z.literal('manual'),
  name: z.string().regex(/^\w[\w.-]*$/, 'is not a name of letters, digits, dots and dashes'),
})
type Address = z.output<typeof addressSchema>

const idOf = ({name}: Address) => `manual:${name}`

/** Nobody can look whether a person has done the task, so every write asks again. */
export const manual = defineAdapter<Address>({
  address: addressSchema,
  id: idOf,
  inspect: async () => ({byPerson: true, dynos: null, remarks: ['a person does it and confirms it'], values: new Map()}),
  keys: ({name}) => [name],
  kind: 'manual',
  label: ({name}) => name,
  reach: ({instructions}) => [{does: 'ask a person', instructions}],
  read: async () => new Map(),
  async write(at, _values, {isBack, leftAsIs, person, progress, signal}) {
    signal.throwIfAborted()
    const instructions = isBack ? `The rotation is rolled back: go back to the old token. ${at.instructions}` : at.instructions
    progress('waiting for a person')
    const by = await person.confirms(idOf(at), instructions)
    if (by !== null) return evidence(true, `confirmed by ${by}`)
    leftAsIs?.()
    throw new RotationError('ROTATE_MANUAL', `Waiting for you: ${instructions} (${at.name})`, {next: heroku('authorizations:rotate:resume', '--done', at.name)})
  },
})
