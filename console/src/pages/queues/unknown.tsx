import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { answer } from '../../api/client.ts'
import type { UnknownOutcome } from '../../api/types.ts'
import { useSession } from '../../session/session.ts'
import { Money } from '../../ui/money.tsx'
import { Page } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { duration, Time } from '../../ui/time.tsx'
import { PaymentLink } from './payment-link.tsx'

const EVERY_MS = 5_000

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
  const [search] = useSearchParams()
  const cursor = search.get('cursor')
  const unknown = useQuery({
    queryKey: ['unknown', cursor],
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/unknown', { params: { query: cursor === null ? {} : { cursor } }, signal }))
  })
  return (
    <Page title="Unknown outcomes">
      <p className="lead">
        Operations of all merchants of which no gateway has said what became of them, the oldest first. They
        are asked about again and again; where that leads nowhere, <Link to="/payments">the payment</Link>{' '}
        offers to put on record what was found out.
      </p>
      <Loaded query={unknown} what="unknown outcomes">
        {({ data, nextCursor }) => (
          <div className="card">
            {data.length === 0 ? (
              <Empty>Nothing is unknown.</Empty>
            ) : (
              <Table
                caption="Unknown outcomes"
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
