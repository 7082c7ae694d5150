import { Link } from 'react-router'

interface Props {
  readonly paymentId: string
  readonly merchantId: string
}

/** To a payment of whichever merchant. */
export const PaymentLink = ({ paymentId, merchantId }: Props) => (
  <Link
    to={`/payments/${paymentId}?${new URLSearchParams({ merchant: merchantId }).toString()}`}
    className="mono"
    title={paymentId}
  >
    {paymentId.slice(0, 12)}…{paymentId.slice(-4)}
  </Link>
)
