/** Forms in which text could carry the value, whole or without the characters at its ends that a neighbour shares. */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  const base64 = [0, 1, 2].map(offset => Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '').slice(offset === 0 ? 0 : 4, -1))
  return [value, encodeURIComponent(value), bytes.toString('hex'), ...base64.flatMap(form => [form, form.replaceAll('+', '-').replaceAll('/', '_')])]
}
