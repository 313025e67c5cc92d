import * as z from 'zod'
import {isUnapplied} from '../heroku/platform-error.js'
import {defineAdapter, evidence, orLeftAsIs} from './adapter.js'
import {configVarFields, placeName, searched, valuesOf} from './by-value/config-vars.js'
import {changes} from './by-value/held.js'

const addressSchema = z.strictObject({
  kind: z.literal('pipeline-config'),
  pipeline: placeName,
  stage: z.enum(['review', 'test']),
  ...configVarFields,
})
type Address = z.output<typeof addressSchema>

const nameOf = ({pipeline, stage}: Address) => `${pipeline}/${stage}`
const idOf = (at: Address) => `pipeline-config:${nameOf(at)}`

/** Config vars that a pipeline gives to new review apps, or to its test runs. Apps that it has made already are apps of their own. */
export const pipelineConfig = defineAdapter<Address>({
  address: addressSchema,
  id: idOf,
  async inspect(at, {api}) {
    const vars = await api.stageConfigVars(at.pipeline, at.stage)
    const remark = at.stage === 'review' ? 'review apps that exist keep what they have: they are apps of their own' : 'test runs that have started keep what they have'
    return {dynos: null, remarks: [remark], ...searched({...at, id: idOf(at), name: nameOf(at)}, vars)}
  },
  keys: ({keys = []}) => keys,
  kind: 'pipeline-config',
  label: ({pipeline, stage}) => `${pipeline} ${stage === 'review' ? 'review apps' : 'test runs'}`,
  place: nameOf,
  async read({keys, pipeline, stage}, {api}) {
    return valuesOf(await api.stageConfigVars(pipeline, stage), keys)
  },
  async write(at, values, access) {
    const wanted = changes(await orLeftAsIs(access, () => this.read(at, access)), values, access)
    if (!wanted) return evidence(false)
    await orLeftAsIs(access, () => access.api.setStageConfigVars(at.pipeline, at.stage, wanted), isUnapplied)
    return evidence(true)
  },
})
