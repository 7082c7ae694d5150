import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { answer, connect } from '../api/client.ts'
import { mayPass } from '../api/problem.ts'
import { Loading, ProblemNote } from '../ui/states.tsx'
import { MERCHANT, useMerchantInAddress } from './address.ts'
import { forget, keepKey, keepMerchant, SessionContext, storedKey, storedMerchant } from './session.ts'
import { SignIn } from './sign-in.tsx'

/** Milliseconds after which a service that could not say whose the key is is asked again. */
const AGAIN_MS = 2_000

/** Shows the console to whoever has a key that works, and to others the way in. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const [apiKey, setApiKey] = useState(storedKey)
  const [merchantId, setMerchantId] = useState(storedMerchant)
  const named = search.get(MERCHANT)

  const session = useQuery({
    queryKey: ['session', apiKey],
    enabled: apiKey !== null,
    staleTime: 5 * 60_000,
    retry: false,
    queryFn: ({ signal }) =>
      answer(connect({ apiKey: apiKey ?? '', merchantId: null }).GET('/v1/session', { signal })),
    refetchInterval: query => (mayPass(query.state.error) ? AGAIN_MS : false)
  })

  const signOut = useCallback(() => {
    forget()
    setApiKey(null)
    setMerchantId(null)
    queries.clear()
    void navigate('/')
  }, [queries, navigate])

  const chooseMerchant = useCallback(
    (id: string) => {
      keepMerchant(id)
      setMerchantId(id)
      // A payment of the one is none of the other.
      void navigate({
        pathname: globalThis.location.pathname.replace(/^\/console/, '').replace(/^(\/[a-z-]+)\/.*/, '$1')
      })
    },
    [navigate]
  )

  // A link may be to something of another merchant.
  useEffect(() => {
    if (named !== null) keepMerchant(named)
  }, [named])

  const { data } = session
  // Who was shown first is shown after the next load too, whichever merchants have come meanwhile.
  const first = data?.merchants[0]?.id
  useEffect(() => {
    if (first !== undefined && storedMerchant() === null) keepMerchant(first)
  }, [first])

  const value = useMemo(() => {
    if (apiKey === null || data === undefined) return null
    const wanted = named ?? merchantId ?? storedMerchant()
    const merchant = data.merchants.find(({ id }) => id === wanted) ?? data.merchants[0] ?? null
    const forOperator = data.role === 'merchant' ? null : (merchant?.id ?? null)
    return {
      ...data,
      ...{ apiKey, merchant, chooseMerchant, signOut },
      api: connect({ apiKey, merchantId: forOperator })
    }
  }, [apiKey, data, merchantId, named, chooseMerchant, signOut])

  // A key that sees one merchant's payments needs no name for them.
  useMerchantInAddress(value !== null && value.merchants.length > 1 ? value.merchant : null)

  const take = (given: string) => {
    keepKey(given)
    setApiKey(given)
  }

  if (apiKey !== null && value === null && mayPass(session.error))
    return (
      <main className="sign-in">
        <ProblemNote error={session.error!} onRetry={() => void session.refetch()} />
      </main>
    )
  if (apiKey === null || session.isError)
    return <SignIn onKey={take} error={session.error} isWaiting={session.isFetching} />
  if (value === null) return <Loading what="your session" />
  return <SessionContext value={value}>{children}</SessionContext>
}
