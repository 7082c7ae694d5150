import { useQuery } from '@tanstack/react-query'
import { answer } from '../../api/client.ts'
import { useSession } from '../../session/session.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { Money } from '../../ui/money.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'

const EVERY_MS = 5_000

/** Money that is under way. */
export function InFlight() {
  const { api, merchant } = useSession()
  const inFlight = useQuery({
    queryKey: ['in-flight', merchant?.id],
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => answer(api.GET('/v1/analytics/in-flight', { signal }))
  })
  return (
    <Section title="Money in flight">
      <Loaded query={inFlight} what="money in flight">
        {({ data }) =>
          data.length === 0 ? (
            <Empty>Nothing is under way.</Empty>
          ) : (
            <Table
              caption="Money in flight"
              columns={[
                { label: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
                { label: 'Payments', isNumeric: true, cell: ({ count }) => count },
                {
                  label: 'Amount',
                  isNumeric: true,
                  cell: ({ amount, currency }) => <Money amount={amount} currency={currency} />
                }
              ]}
              rows={data}
              keyOf={({ currency, status }) => `${currency} ${status}`}
            />
          )
        }
      </Loaded>
    </Section>
  )
}
