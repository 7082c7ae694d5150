// The position token: the input record that a reader wants to see the effects of. Every answer carries one, and the
// query API takes it for read-your-writes.

/** The HTTP header, of answers and requests alike. */
export const POSITION_HEADER = 'AegisPay-Position'

/** A record on one of the processor's inputs. An answer may be settled by a gateway's outcome, long after its command. */
export interface InputPosition {
  readonly input: 'commands' | 'outcomes'
  readonly partition: number
  readonly offset: number
}

const TOKEN = /^(commands|outcomes)-(0|[1-9][0-9]{0,4})-(0|[1-9][0-9]{0,14})$/

export const formatPosition = ({ input, partition, offset }: InputPosition): string =>
  `${input}-${partition}-${offset}`

/** Null when the text is no position token. */
export function parsePosition(token: string): InputPosition | null {
  const match = TOKEN.exec(token)
  if (match === null) return null
  return { input: match[1] as InputPosition['input'], partition: Number(match[2]), offset: Number(match[3]) }
}

const CONTROL_TOKEN = /^control-0-(0|[1-9][0-9]{0,14})$/

/** The token of a change of control data, whose topic has one partition. */
export const formatControlPosition = (offset: number): string => `control-0-${offset}`

/** The offset; null when the text is no token of control data. */
export function parseControlPosition(token: string): number | null {
  const match = CONTROL_TOKEN.exec(token)
  return match === null ? null : Number(match[1])
}
