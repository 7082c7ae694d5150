// Where in a text of JSON something is, for faults that name a place in the document.
import { findNodeAtLocation, parseTree, printParseErrorCode, type ParseError } from 'jsonc-parser'

export interface LineFault {
  /** From 1. */
  readonly line: number
  readonly message: string
  /** JSON pointer; empty for the text itself. */
  readonly path: string
}

const STRICT = { disallowComments: true, allowTrailingComma: false }

export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

/** What keeps a text from being JSON. */
export function syntaxFaults(text: string): LineFault[] {
  const errors: ParseError[] = []
  parseTree(text, errors, STRICT)
  const faults = errors.map(({ error, offset }) => ({
    line: lineAt(text, offset),
    message: spaced(printParseErrorCode(error)),
    path: ''
  }))
  // Of one slip the parser may complain several times.
  return faults.filter(({ line }, i) => faults[i - 1]?.line !== line)
}

const spaced = (code: string): string => {
  const words = code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The line of what a JSON pointer names; of the nearest thing around it where that is not there. */
export function lineOf(text: string, pointer: string): number {
  const root = parseTree(text, [], STRICT)
  if (root === undefined) return 1
  const keys = pointer
    .split('/')
    .slice(1)
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map(key => (/^\d+$/.test(key) ? Number(key) : key))
  for (let length = keys.length; length > 0; length--) {
    const node = findNodeAtLocation(root, keys.slice(0, length))
    // A property begins with its name.
    if (node !== undefined)
      return lineAt(text, (node.parent?.type === 'property' ? node.parent : node).offset)
  }
  return 1
}
