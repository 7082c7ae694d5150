import { useQuery } from '@tanstack/react-query'
import { answer } from '../api/client.ts'
import { may, useSession } from '../session/session.ts'

const EVERY_MS = 30_000
const PAGE = '20'

interface Page {
  readonly data: readonly unknown[]
  readonly nextCursor: string | null
}

/** Undefined where nothing waits, or it is not known. */
const counted = (page: Page | undefined): string | undefined =>
  page === undefined || page.data.length === 0
    ? undefined
    : `${page.data.length}${page.nextCursor === null ? '' : '+'}`

/** How much waits for somebody. */
export function useWaiting() {
  const { api, role } = useSession()
  const options = { enabled: may(role, 'operate'), refetchInterval: EVERY_MS }
  const query = { params: { query: { limit: PAGE } } }
  const unknown = useQuery({
    ...options,
    queryKey: ['unknown', 'count'],
    queryFn: ({ signal }) => answer(api.GET('/v1/unknown', { ...query, signal }))
  })
  const reviews = useQuery({
    ...options,
    queryKey: ['reviews', 'count'],
    queryFn: ({ signal }) => answer(api.GET('/v1/reviews', { ...query, signal }))
  })
  const deadLetters = useQuery({
    ...options,
    queryKey: ['dead-letters', 'count'],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/admin/dead-letters', { params: { query: { limit: PAGE, open: 'true' } }, signal }))
  })
  return {
    unknown: counted(unknown.data),
    reviews: counted(reviews.data),
    deadLetters: counted(deadLetters.data)
  }
}
