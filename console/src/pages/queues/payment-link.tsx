import { Link } from 'react-router'
import { MERCHANT } from '../../session/address.ts'

interface Props {
  readonly paymentId: string
  readonly merchantId: string
}

/** To a payment of whichever merchant. */
export const PaymentLink = ({ paymentId, merchantId }: Props) => (
  <Link
    to={`/payments/${paymentId}?${new URLSearchParams({ [MERCHANT]: merchantId }).toString()}`}
    className="mono"
    title={paymentId}
  >
    {paymentId.slice(0, 12)}…{paymentId.slice(-4)}
  </Link>
)
