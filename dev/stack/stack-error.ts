/** A reason why the stack does not come up that its user can act on: the message is all that is shown. */
export class StackError extends Error {
  override name = 'StackError'
}
