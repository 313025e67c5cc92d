/** The id as a person reads it: most consumers are apps, and an app is known by its name. */
export function label(id: string): string {
  return id.replace(/^heroku-config:/, '')
}
