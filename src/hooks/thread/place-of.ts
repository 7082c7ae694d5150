/**
 * What was thrown and where. Never its message, in which a hook may quote what it was given, and which would stand in our
 * log: a hook that wants to say more prints it.
 */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return `${typeof error} that is no error`
  const frame = error.stack?.split('\n').find(line => /^\s+at /.test(line)) ?? ''
  return `${error.name}${frame.replace(/^\s+at (?:.*\()?([^()]*)\)?$/, ' at $1')}`.slice(0, 300)
}
