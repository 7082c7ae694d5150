import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { answer } from '../../api/client.ts'
import type { Payment, Refund } from '../../api/types.ts'
import { useSession } from '../../session/session.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { Money } from '../../ui/money.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'

export function Refunds({ payment: { id, version, currency } }: { readonly payment: Payment }) {
  const { api, merchant } = useSession()
  const refunds = useQuery({
    queryKey: ['payment', merchant?.id, id, 'refunds', version],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/payments/{id}/refunds', { params: { path: { id } }, signal }))
  })
  const columns: readonly Column<Refund>[] = [
    { label: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
    {
      label: 'Amount',
      isNumeric: true,
      cell: ({ amount }) => <Money amount={amount} currency={currency} />
    },
    { label: 'Why', cell: ({ reason, failure }) => failure?.message ?? reason ?? '–' },
    { label: 'Accepted', cell: ({ createdAt }) => <Time at={createdAt} /> }
  ]
  return (
    <Section title="Refunds">
      <Loaded query={refunds} what="refunds">
        {({ data }) =>
          data.length === 0 ? (
            <Empty>Nothing was given back.</Empty>
          ) : (
            <Table caption="Refunds" columns={columns} rows={data} keyOf={refund => refund.id} />
          )
        }
      </Loaded>
    </Section>
  )
}
