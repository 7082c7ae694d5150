/** Nothing can be said of what was to be checked: neither that it is right nor that it is wrong. */
export class UncheckedError extends Error {
  override readonly name = 'UncheckedError'
}
