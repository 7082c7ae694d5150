import { errors } from '../../src/errors.ts'

/** Renders every error of the API as a page for people. */
export function renderErrors(): string {
  const entries = Object.entries(errors).map(
    ([code, { status, title, retry, doc }]) =>
      `## ${code}\n\n**${status}** ${title}\n\nCan a retry succeed? ${retry ? 'Yes' : 'No'}. ${doc}`
  )
  return [
    '<!-- Generated from src/errors.ts by `npm run generate`. Do not edit. -->',
    '# Errors',
    'Every error is a problem document (RFC 9457, `application/problem+json`) with a `code` that never changes its meaning. They stand here in the order in which a request meets them: of several the first is given. What was sent is never repeated in an error. A refusal that says so is remembered: the same command under the same idempotency key is refused again.',
    ...entries,
    ''
  ].join('\n\n')
}
