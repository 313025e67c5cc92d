import {flags} from '@heroku-cli/command'
import {refused, todo} from '../../errors.js'

const SECONDS: ReadonlyMap<string, number> = new Map([['', 1], ['s', 1], ['m', 60], ['h', 3600], ['d', 86_400], ['w', 7 * 86_400]])

/** Takes `90d`, `30s`, `10m`, or bare seconds. */
export const durationFlag = flags.custom<number, {max: number; min: number}>({
  helpValue: 'TIME',
  async parse(input, _, {max, min, name}) {
    const [, amount = '', unit = ''] = /^(\d{1,10})([smhdw]?)$/.exec(input) ?? []
    const seconds = amount === '' ? null : Number(amount) * (SECONDS.get(unit) ?? 1)
    const wrong = (why: string) => refused('ROTATE_USAGE', `--${name} ${why}, not ${input}.`, todo(`For example: --${name} 30s`))
    if (seconds === null) throw wrong('takes a time such as 30s, 10m, 12h, 90d, or a number of seconds')
    if (seconds < min || seconds > max) throw wrong(`takes ${min} to ${max} seconds`)
    return seconds
  },
})
