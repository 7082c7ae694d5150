import type { PaymentEvent } from '../../api/types.ts'
import { Badge } from '../../ui/badge.tsx'
import { Money } from '../../ui/money.tsx'
import { Section } from '../../ui/page.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { duration, Time } from '../../ui/time.tsx'
import { attemptsIn, type Attempt } from './attempts-in.ts'

interface Props {
  readonly events: readonly PaymentEvent[]
  readonly asOf: number | null
  readonly currency: string
}

export function Attempts({ events, asOf, currency }: Props) {
  const attempts = attemptsIn(events.filter(({ sequence }) => asOf === null || sequence <= asOf))
  const columns: readonly Column<Attempt>[] = [
    {
      label: 'Operation',
      cell: ({ operation, number }) => `${operation}${number > 1 ? ` (${number})` : ''}`
    },
    { label: 'Gateway', cell: ({ gateway }) => gateway },
    {
      label: 'Amount',
      isNumeric: true,
      cell: ({ amount }) => (amount === null ? '–' : <Money amount={amount} currency={currency} />)
    },
    { label: 'Result', cell: ({ result, tone }) => <Badge tone={tone}>{result}</Badge> },
    { label: 'Took', isNumeric: true, cell: ({ tookMs }) => (tookMs === null ? '–' : duration(tookMs)) },
    { label: 'Began', isMinor: true, cell: ({ beganAt }) => <Time at={beganAt} /> }
  ]
  return (
    <Section title="Gateway attempts">
      {attempts.length === 0 ? (
        <p className="empty">No gateway was asked.</p>
      ) : (
        <Table caption="Gateway attempts" columns={columns} rows={attempts} keyOf={({ key }) => key} />
      )}
    </Section>
  )
}
