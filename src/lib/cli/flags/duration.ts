import {flags} from '@heroku-cli/command'
import {flag, refused, todo} from '../../errors.js'
import {secondsIn} from '../../text/duration.js'

/** Takes `90d`, `30s`, `10m`, or bare seconds. Days and more are long, so that `m` could be months as well as minutes. */
export const durationFlag = flags.custom<number, {isLong?: boolean; max: number; min: number}>({
  helpValue: 'TIME',
  async parse(input, _, {isLong = false, max, min, name}) {
    const seconds = secondsIn(input)
    const wrong = (why: string) => refused('ROTATE_USAGE', `--${name} ${why}, not ${input}.`, todo(`For example: --${name} ${isLong ? '90d' : '30s'}`))
    if (seconds === null) throw wrong(isLong ? 'takes a time such as 12h, 90d, 12w, or a number of seconds' : 'takes a time such as 30s, 10m (minutes), 12h, or a number of seconds')
    if (isLong && input.endsWith('m')) {
      throw refused('ROTATE_USAGE', `--${name} ${input} could be minutes or months.`, [flag(`--${name}`, `${seconds / 2}d`), ...(seconds < min ? [] : [flag(`--${name}`, `${seconds}s`)])])
    }

    if (seconds < min || seconds > max) throw wrong(`takes ${min} to ${max} seconds`)
    return seconds
  },
})
