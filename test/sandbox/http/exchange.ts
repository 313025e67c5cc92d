/** A request and its answer, whatever carried them. */
export type ApiRequest = {
  body: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  method: string
  path: string
  query: string
}

export type Answer = {body: string; headers: Record<string, string>; status: number}

/** What becomes of the client: it gets an answer, a broken connection or nothing at all, or it is dead. */
export type Outcome = {answer: Answer; kind: 'answer'} | {kind: 'stream'; read(signal: AbortSignal): AsyncIterable<string>} | {kind: 'killed'} | {kind: 'reset'} | {kind: 'silence'}
