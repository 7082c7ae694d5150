import { useEffect } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import type { Merchant } from './session.ts'

/** The parameter of an address that says whose payments it shows. */
export const MERCHANT = 'merchant'

/** Keeps in the address whose payments are shown, so that it shows the same to whoever it is given to. */
export function useMerchantInAddress(merchant: Merchant | null): void {
  const state: unknown = useLocation().state
  const navigate = useNavigate()
  const [search] = useSearchParams()
  useEffect(() => {
    if (merchant === null || search.get(MERCHANT) === merchant.id) return
    const complete = new URLSearchParams(search)
    complete.set(MERCHANT, merchant.id)
    void navigate({ search: complete.toString() }, { replace: true, state })
  }, [merchant, search, state, navigate])
}
