/** `1 app`, `2 apps`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}

/** `1,234 apps`: for what there may be thousands of. */
export function countMany(number: number, one: string): string {
  return count(number, one).replace(String(number), number.toLocaleString('en'))
}

/** `one, two and 3 more`. */
export function listed(names: readonly string[], most: number): string {
  const more = names.length - most
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
