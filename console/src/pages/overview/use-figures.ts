import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { answer } from '../../api/client.ts'
import { useSession } from '../../session/session.ts'

export const HOUR_MS = 3_600_000
const EVERY_MS = 5_000

/**
 * What happened to the merchant's payments, kept up to date.
 *
 * @param by what is told apart, separated by commas; currencies always are
 * @param hours how far back, whole ones, the one that is running included
 */
export function useFigures(by: string, hours: number) {
  const { api, merchant } = useSession()
  return useQuery({
    queryKey: ['figures', merchant?.id, by, hours],
    enabled: merchant !== null,
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => {
      const to = Date.now()
      const query = { by, from: new Date(to - (hours - 1) * HOUR_MS).toISOString(), limit: '1000' }
      return answer(api.GET('/v1/analytics/payments', { params: { query }, signal }))
    }
  })
}
