/** How often a payment is looked at. */
export function useLivePayment(_scope: readonly unknown[]): { readonly everyMs: number } {
  return { everyMs: 2_000 }
}
