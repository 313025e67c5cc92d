export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}

/** The first use of a locale takes a while. */
export function countMany(number: number, one: string): string {
  return number < 1000 ? count(number, one) : count(number, one).replace(String(number), number.toLocaleString('en'))
}

/** `2 apps and 1 other place`; empty for none. */
export function appsAndPlaces(apps: number, places: number): string {
  return [...(apps > 0 ? [count(apps, 'app')] : []), ...(places > 0 ? [count(places, apps > 0 ? 'other place' : 'place')] : [])].join(' and ')
}

export function listed(names: readonly string[], most: number): string {
  const more = names.length - most
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
