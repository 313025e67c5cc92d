type Rule = readonly [holds: (text: string) => boolean, problem: string]

/** For `refine`. A letter of another alphabet shows one host and asks another. */
export const ascii: Rule = [text => /^[!-~]*$/.test(text), 'has letters that may look like others: write the host as xn--… and the rest with %']

export const withoutLogin: Rule = [
  text => {
    if (!URL.canParse(text)) return true // is said to be no URL already
    const {password, username} = new URL(text)
    return username === '' && password === ''
  },
  'has a user name or password in it',
]
