import {isMap, isNode, isScalar, isSeq, parseDocument} from 'yaml'
import {addConsumers, type Addition, check, textOf, type Where} from './add-consumers.js'

type Beginning = {
  additions: readonly Addition[]
  /** Days, weeks, months or years, such as `90d`. */
  every: string
  /** Lines for the person, below the consumers, each a comment. */
  hints: readonly string[]
  name: string
}

const HEAD = ` Where each Heroku token is used, and how often it is rotated. No token stands in this file.
 heroku authorizations:rotate:check prints the plan, heroku authorizations:rotate:add adds a consumer.`

const EVERY = 'heroku authorizations:rotate:status --due tells when it is time'
const CONSUMERS = ' Consumers of one wave are written together, wave 0 before the others. Without keys, every config var that holds the token is written.'

const PROBES = ` probes:   # asked after the consumers have the new token, and before the old one is revoked
   - {kind: http, url: https://example.com/health, expect: "status == 'ok'"}
 notify:
   - {kind: webhook, url: https://hooks.example.com/rotated}`

/** A rotation of that name with its consumers, and comments for whoever reads the file. What stands in the file stays. */
export function beginRotation(before: null | string, {additions, every, hints, name}: Beginning, where: Where): {added: string[]; text: string} {
  const {added, text} = addConsumers(before, name, additions, where)
  const document = parseDocument(text)
  const rotation: unknown = document.getIn(['rotations', name], true)
  if (!isMap(rotation) || rotation.has('every')) return {added, text}
  rotation.items.unshift(document.createPair('every', every))
  const value: unknown = rotation.get('every', true)
  if (isScalar(value)) value.comment = ` ${EVERY}`
  const consumers: unknown = rotation.get('consumers', true)
  const list = rotation.items.find(({key}) => isScalar(key) && key.value === 'consumers')
  if (isSeq(consumers) && hints.length > 0) consumers.comment = hints.map(hint => ` ${hint}`).join('\n')
  if (before === null) {
    if (list && isNode(list.key)) list.key.commentBefore = `${PROBES}\n${CONSUMERS}`
    document.commentBefore = HEAD
  }

  const whole = textOf(document, before)
  check(whole, where)
  return {added, text: whole}
}
