// How an attempt stands, of which states from before it was told say nothing: then neither is taken for true.

/** The operation in flight, with what its state says or leaves out. */
export const standingOf = <
  T extends { readonly neverLeft: boolean | null; readonly isProven: boolean | null }
>(
  operation: T
): T & { readonly neverLeft: boolean; readonly isProven: boolean } => ({
  ...operation,
  neverLeft: operation.neverLeft === true,
  isProven: operation.isProven === true
})

export const endingsOf = <T extends { readonly neverLeft: boolean | null }>(
  endings: readonly T[]
): readonly (T & { readonly neverLeft: boolean })[] =>
  endings.map(ending => ({ ...ending, neverLeft: ending.neverLeft === true }))
