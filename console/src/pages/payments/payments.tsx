import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { answer } from '../../api/client.ts'
import type { Payment } from '../../api/types.ts'
import { useSession } from '../../session/session.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { Money } from '../../ui/money.tsx'
import { Page } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { FilterForm } from './filter-form.tsx'
import { FILTERS, queryOf } from './filters.ts'

const PAYMENT_ID = /^pay_[a-z2-7]{32}$/
const LIVE_MS = 5_000

const columns: readonly Column<Payment>[] = [
  {
    label: 'Payment',
    cell: ({ id }) => (
      <Link to={`/payments/${id}`} className="mono" title={id}>
        {shortened(id)}
      </Link>
    )
  },
  { label: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  {
    label: 'Amount',
    isNumeric: true,
    cell: ({ amount, currency }) => <Money amount={amount} currency={currency} />
  },
  { label: 'Customer', cell: ({ customer }) => customer.id },
  { label: 'Gateway', cell: ({ gateway }) => gateway ?? '–' },
  { label: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> }
]

/** The beginning and the end tell ids apart well enough to read them out; the whole is in the title. */
const shortened = (id: string): string => `${id.slice(0, 12)}…${id.slice(-4)}`

export default function Payments() {
  const { api, merchant } = useSession()
  const [search, setSearch] = useSearchParams()
  const navigate = useNavigate()
  const { query, faults } = queryOf(search)
  const isValid = Object.keys(faults).length === 0
  const payments = useQuery({
    queryKey: ['payments', merchant?.id, query],
    enabled: isValid && merchant !== null,
    placeholderData: keepPreviousData,
    // The first page shows what comes in; one further on stays as it is.
    refetchInterval: query.cursor === undefined ? LIVE_MS : false,
    queryFn: ({ signal }) => answer(api.GET('/v1/payments', { params: { query }, signal }))
  })

  const look = (wanted: URLSearchParams) => {
    const id = wanted.get('q')?.trim() ?? ''
    if (PAYMENT_ID.test(id)) void navigate(`/payments/${id}`)
    else setSearch(wanted)
  }

  return (
    <Page title="Payments">
      <FilterForm
        key={JSON.stringify(FILTERS.map(name => search.get(name)))}
        search={search}
        faults={faults}
        onSearch={look}
      />
      {merchant === null ? (
        <Empty>There is no merchant yet, and so no payment.</Empty>
      ) : (
        isValid && (
          <Loaded query={payments} what="payments">
            {({ data, nextCursor }) => (
              <div className={payments.isPlaceholderData ? 'card waiting' : 'card'}>
                {data.length === 0 ? (
                  <Empty>
                    {nextCursor === null
                      ? `No payment of ${merchant.name} is like that.`
                      : 'None so far: there is more to look through.'}
                  </Empty>
                ) : (
                  <Table caption="Payments" columns={columns} rows={data} keyOf={({ id }) => id} />
                )}
                <Pager nextCursor={nextCursor} />
              </div>
            )}
          </Loaded>
        )
      )}
    </Page>
  )
}
