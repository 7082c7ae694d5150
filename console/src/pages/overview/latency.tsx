import type { PaymentFigures } from '../../api/types.ts'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { duration } from '../../ui/time.tsx'
import { useFigures } from './use-figures.ts'

const time = (ms: number | null) => (ms === null ? '–' : duration(Math.round(ms)))

const columns: readonly Column<PaymentFigures>[] = [
  { label: 'Currency', cell: ({ currency }) => currency },
  { label: 'p50', isNumeric: true, cell: ({ latency }) => time(latency.authorization.p50Ms) },
  { label: 'p95', isNumeric: true, cell: ({ latency }) => time(latency.authorization.p95Ms) },
  { label: 'p99', isNumeric: true, cell: ({ latency }) => time(latency.authorization.p99Ms) },
  { label: 'Gateway p95', isNumeric: true, cell: ({ latency }) => time(latency.gatewayAnswer.p95Ms) }
]

/** How long payments take until they are authorized. */
export function Latency() {
  const figures = useFigures('currency', 1)
  return (
    <Section title="Time to authorization" aside={<span className="hint">this hour</span>}>
      <Loaded query={figures} what="latencies">
        {({ data }) => {
          const rows = data.filter(({ latency }) => latency.authorization.count > 0)
          if (rows.length === 0) return <Empty>No payment was authorized in this hour.</Empty>
          return (
            <Table
              caption="Time to authorization"
              columns={columns}
              rows={rows}
              keyOf={row => row.currency}
            />
          )
        }}
      </Loaded>
    </Section>
  )
}
