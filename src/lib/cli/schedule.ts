import type {Schedule} from '../rotation/report/status.js'
import {flag, heroku, refused, todo} from '../errors.js'
import {cadence} from '../rotation-file/cadence.js'
import {rotationsIn} from './request.js'

type Given = {due: boolean; file?: string | undefined; fileText?: string | undefined; within?: string | undefined}

export async function scheduleFrom({due, file, fileText, within}: Given): Promise<Schedule> {
  const time = cadence.safeParse(within ?? '0d')
  if (!time.success) throw refused('ROTATE_WITHIN', `--within takes a time such as 14d, 2w, 1m or 1y, not ${within}.`, flag('--within', '14d'))
  const cadences = file === undefined ? [] : await rotationsIn(file, null, fileText)
  if ((due || within !== undefined) && cadences.every(({every}) => every === null)) {
    const why = file === undefined ? 'you named no rotation file' : `${file} has no every`
    throw refused('ROTATE_NO_CADENCE', `How often should the tokens be rotated? ${why}.`, [
      todo('Add every: 90d below the name of the token in the rotation file.'),
      heroku('authorizations:rotate:status', '--file', 'rotation.yml', '--due'),
    ])
  }

  return {cadences, file: file ?? null, within: time.data}
}
