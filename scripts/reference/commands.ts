import {z} from 'zod'

const flag = z.object({
  char: z.string().optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
  helpValue: z.string().optional(),
  hidden: z.boolean().optional(),
  multiple: z.boolean().optional(),
  name: z.string(),
  options: z.array(z.string()).optional(),
  type: z.enum(['boolean', 'option']),
})
const command = z.object({
  aliases: z.array(z.string()),
  args: z.record(z.string(), z.object({description: z.string().optional(), name: z.string(), required: z.boolean().optional()})),
  description: z.string().optional(),
  examples: z.array(z.string()).optional(),
  flags: z.record(z.string(), flag),
  hidden: z.boolean().optional(),
  id: z.string(),
  summary: z.string().optional(),
})

export const manifestSchema = z.object({commands: z.record(z.string(), command)})

type Manifest = z.infer<typeof manifestSchema>
type Command = z.infer<typeof command>
type Flag = z.infer<typeof flag>

const ROTATE = 'authorizations:rotate'
const cell = (text: string) => text.replaceAll('|', String.raw`\|`).replaceAll(/(?<=\s)<|^</g, '&lt;').replaceAll(/\s*\n\s*/g, ' ')
const filled = (text: string, id: string) => text.replaceAll('<%= config.bin %>', 'heroku').replaceAll('<%= command.id %>', id)
const byName = <T extends {name: string}>(all: Record<string, T>) => Object.values(all).sort((a, b) => a.name.localeCompare(b.name))
const fragment = (id: string) => `heroku ${id}`.replaceAll(':', '').replaceAll(' ', '-')

/** The command that does everything, then the others by name. */
const shown = ({commands}: Manifest): Command[] => Object.values(commands).filter(({hidden}) => !hidden).sort((a, b) => a.id.localeCompare(b.id))

const firstLine = ({summary = ''}: Command) => summary

const typed = ({char, helpValue, name, options, type}: Flag) => {
  const value = type === 'boolean' ? '' : ` ${helpValue ?? options?.join('|') ?? 'VALUE'}`
  return `${char ? `-${char}, ` : ''}--${name}${value}`
}

function flagRows(flags: readonly Flag[]): string[] {
  return flags.map(each => {
    const more = [each.multiple ? 'can be repeated' : '', typeof each.default === 'string' || typeof each.default === 'number' ? `default ${each.default}` : ''].filter(Boolean)
    return `| \`${cell(typed(each))}\` | ${cell(each.description ?? '')}${more.length > 0 ? ` (${more.join(', ')})` : ''} |`
  })
}

const visible = ({flags}: Command): Flag[] => byName(flags).filter(({hidden}) => !hidden)

function section(each: Command): string[] {
  const args = Object.values(each.args)
  const rest = (each.description ?? '').split('\n')
  return [
    `## heroku ${each.id}`,
    '',
    firstLine(each),
    ...(rest.join('').trim() === '' ? [] : ['', ...rest.filter(line => line.trim() !== '')]),
    ...(each.aliases.length > 0 ? ['', `Also: ${each.aliases.map(alias => `\`heroku ${alias}\``).join(', ')}`] : []),
    '',
    `    heroku ${[each.id, ...args.map(({name, required}) => (required ? name.toUpperCase() : `[${name.toUpperCase()}]`)), ...(visible(each).length > 0 ? ['[flags]'] : [])].join(' ')}`,
    ...(args.length > 0 ? ['', ...args.map(({description = '', name}) => `\`${name.toUpperCase()}\`: ${description}`)] : []),
    ...((each.examples?.length ?? 0) > 0 ? ['', ...(each.examples ?? []).map(example => `    ${filled(example, each.id)}`)] : []),
    ...(visible(each).length > 0 ? ['', '| flag | |', '|---|---|', ...flagRows(visible(each))] : []),
    '',
  ]
}

const made = '<!-- made by npm run docs -->'

export function commandsPage(manifest: Manifest): string {
  const all = shown(manifest)
  return [
    '# Commands',
    '',
    made,
    '',
    '| command | |',
    '|---|---|',
    ...all.map(each => `| [${each.id}](#${fragment(each.id)}) | ${cell(firstLine(each))} |`),
    '',
    ...all.flatMap(each => section(each)),
  ].join('\n').trimEnd() + '\n'
}

/** A flag that means the same to several commands is told once. */
export function flagsPage(manifest: Manifest): string {
  const all = new Map<string, {commands: string[]; flag: Flag}>()
  for (const {flags, id} of shown(manifest)) {
    for (const each of byName(flags).filter(({hidden}) => !hidden)) {
      const key = `${each.name}\n${each.description}`
      const known = all.get(key) ?? {commands: [], flag: each}
      known.commands.push(id === ROTATE ? 'rotate' : id.slice(ROTATE.length + 1))
      all.set(key, known)
    }
  }

  const rows = [...all.values()].sort((a, b) => a.flag.name.localeCompare(b.flag.name))
  return [
    '# Flags',
    '',
    made,
    '',
    'No flag, argument or environment variable takes a token.',
    '',
    '| flag | | commands |',
    '|---|---|---|',
    ...rows.map(({commands, flag}) => `${flagRows([flag])[0]} ${commands.join(', ')} |`),
    '',
  ].join('\n')
}
