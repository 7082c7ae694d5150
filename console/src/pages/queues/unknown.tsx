import { answer } from '../../api/client.ts'
import type { UnknownOutcome } from '../../api/types.ts'
import { useSession } from '../../session/session.ts'
import { Money } from '../../ui/money.tsx'
import type { Column } from '../../ui/table.tsx'
import { duration, Time } from '../../ui/time.tsx'
import { PaymentLink } from './payment-link.tsx'
import { Queue } from './queue.tsx'

const columns: readonly Column<UnknownOutcome>[] = [
  { label: 'Payment', cell: item => <PaymentLink {...item} /> },
  { label: 'Merchant', cell: ({ merchantId }) => merchantId },
  {
    label: 'Amount',
    isNumeric: true,
    cell: ({ amount, currency }) => <Money amount={amount} currency={currency} />
  },
  {
    label: 'Not known',
    cell: ({ operation, compensations }) =>
      [...(operation === null ? [] : [operation]), ...compensations]
        .map(({ id, gateway }) => `${id}${gateway === null ? '' : ` at ${gateway}`}`)
        .join(', ')
  },
  { label: 'For', isNumeric: true, cell: ({ forMs }) => duration(forMs) },
  { label: 'Since', cell: ({ since }) => <Time at={since} /> }
]

export default function Unknown() {
  const { api } = useSession()
  return (
    <Queue
      name="unknown"
      title="Unknown outcomes"
      lead={
        <>
          Operations of all merchants of which no gateway has said what became of them, the oldest first. They
          are asked about again and again; where that leads nowhere, the page of the payment offers to put on
          record what was found out.
        </>
      }
      what="unknown outcomes"
      caption="Unknown outcomes"
      nothing="Nothing is unknown."
      columns={columns}
      read={(query, signal) => answer(api.GET('/v1/unknown', { params: { query }, signal }))}
    />
  )
}
