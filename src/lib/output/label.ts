/** Most consumers are apps, and people know an app by its name. */
export function label(id: string): string {
  return id.replace(/^heroku-config:/, '')
}
