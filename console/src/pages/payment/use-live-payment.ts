import { useQueryClient } from '@tanstack/react-query'
import { useFollow } from '../../api/follow.ts'

/** Milliseconds between looks where nothing tells when to look, and where something does but may be silent. */
const ASKING_MS = 2_000
const TOLD_MS = 30_000

/**
 * Has a payment read anew when something happens to it.
 *
 * @param scope what begins the keys of its queries
 * @returns how often to look besides
 */
export function useLivePayment(scope: readonly unknown[], id: string): { readonly everyMs: number } {
  const queries = useQueryClient()
  const isLive = useFollow(new URLSearchParams({ payment: id }).toString(), () => {
    void queries.invalidateQueries({ queryKey: [...scope, 'now'] })
  })
  return { everyMs: isLive ? TOLD_MS : ASKING_MS }
}
