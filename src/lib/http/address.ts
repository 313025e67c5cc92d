type Rule = readonly [holds: (text: string) => boolean, problem: string]

/** For `refine`. A letter of another alphabet shows one host and asks another. */
export const ascii: Rule = [text => /^[!-~]*$/.test(text), 'has letters that may look like others: write the host as xn--… and the rest with %']

/** Whether a secret may go there: through TLS, or to this machine. */
export function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false
  const {hostname, protocol} = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
}

export const withoutLogin: Rule = [
  text => {
    if (!URL.canParse(text)) return true // is said to be no URL already
    const {password, username} = new URL(text)
    return username === '' && password === ''
  },
  'has a user name or password in it',
]
