/** `0.4 s`, `12 s`, `3 min 20 s`; empty where it is not known. */
export function seconds(value: number | undefined): string {
  if (value === undefined) return ''
  if (value < 10) return `${value.toFixed(1)} s`
  const whole = Math.round(value)
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
