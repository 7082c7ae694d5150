import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { answer } from '../../api/client.ts'
import type { HeldPayment } from '../../api/types.ts'
import { useSession } from '../../session/session.ts'
import { Money } from '../../ui/money.tsx'
import { Page } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Ago } from '../../ui/time.tsx'
import { PaymentLink } from './payment-link.tsx'

const EVERY_MS = 5_000

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
  const [search] = useSearchParams()
  const cursor = search.get('cursor')
  const held = useQuery({
    queryKey: ['reviews', cursor],
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/reviews', { params: { query: cursor === null ? {} : { cursor } }, signal }))
  })
  return (
    <Page title="Reviews">
      <p className="lead">
        Payments of all merchants that fraud rules hold until somebody decides, those first that fail first.
      </p>
      <Loaded query={held} what="payments that are held">
        {({ data, nextCursor }) => (
          <div className="card">
            {data.length === 0 ? (
              <Empty>No payment is held.</Empty>
            ) : (
              <Table
                caption="Payments that are held"
                columns={columns}
                rows={data}
                keyOf={item => item.paymentId}
              />
            )}
            <Pager nextCursor={nextCursor} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}
