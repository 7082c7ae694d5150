import { answer } from '../../api/client.ts'
import type { HeldPayment } from '../../api/types.ts'
import { useSession } from '../../session/session.ts'
import { Money } from '../../ui/money.tsx'
import type { Column } from '../../ui/table.tsx'
import { Ago } from '../../ui/time.tsx'
import { PaymentLink } from './payment-link.tsx'
import { Queue } from './queue.tsx'

const columns: readonly Column<HeldPayment>[] = [
  { label: 'Payment', cell: item => <PaymentLink {...item} /> },
  { label: 'Merchant', cell: ({ merchantId }) => merchantId },
  { label: 'Customer', cell: ({ customerId }) => customerId },
  {
    label: 'Amount',
    isNumeric: true,
    cell: ({ amount, currency }) => <Money amount={amount} currency={currency} />
  },
  { label: 'Fails', cell: ({ until }) => <Ago time={until} /> }
]

export default function Reviews() {
  const { api } = useSession()
  return (
    <Queue
      name="reviews"
      title="Reviews"
      lead="Payments of all merchants that fraud rules hold until somebody decides, those first that fail first."
      what="payments that are held"
      caption="Payments that are held"
      nothing="No payment is held."
      columns={columns}
      read={(query, signal) => answer(api.GET('/v1/reviews', { params: { query }, signal }))}
    />
  )
}
