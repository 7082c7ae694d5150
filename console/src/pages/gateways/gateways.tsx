import { useQuery } from '@tanstack/react-query'
import { answer } from '../../api/client.ts'
import type { GatewayHealth } from '../../api/types.ts'
import { useSession } from '../../session/session.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { Bar } from '../../ui/charts/bar.tsx'
import { Facts, Page, Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { duration, Time } from '../../ui/time.tsx'
import { Traffic } from './traffic.tsx'

const EVERY_MS = 2_000

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })
const share = (part: number | null) => (part === null ? '–' : percent.format(part))
const time = (ms: number | null) => (ms === null ? '–' : duration(ms))

export default function Gateways() {
  const { api, merchant } = useSession()
  const health = useQuery({
    queryKey: ['gateways', 'health'],
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => answer(api.GET('/v1/gateways/health', { signal }))
  })
  return (
    <Page title="Gateways">
      <Loaded query={health} what="the gateways">
        {({ data }) =>
          data.length === 0 ? (
            <div className="card">
              <Empty>No gateway was called lately.</Empty>
            </div>
          ) : (
            <div className="tiles wide">
              {data.map(gateway => (
                <Gateway key={gateway.gateway} health={gateway} />
              ))}
            </div>
          )
        }
      </Loaded>
      {merchant !== null && <Traffic key={merchant.id} merchant={merchant.name} />}
    </Page>
  )
}

type Breakdown = GatewayHealth['breakdown'][number]

const columns: readonly Column<Breakdown>[] = [
  {
    label: 'Kind',
    cell: ({ currency, method }) => `${currency}${method === null ? '' : ` ${method.toLowerCase()}`}`
  },
  { label: 'Calls', isNumeric: true, cell: ({ calls }) => calls },
  { label: 'Answered', isNumeric: true, cell: ({ successShare }) => share(successShare) },
  { label: 'Approved', isNumeric: true, cell: ({ approvalShare }) => share(approvalShare) },
  { label: 'p95', isNumeric: true, cell: ({ latency }) => time(latency.p95Ms) }
]

function Gateway({ health }: { readonly health: GatewayHealth }) {
  const {
    gateway,
    breaker,
    calls,
    successShare,
    approvalShare,
    latency,
    inFlight,
    queued,
    executors,
    breakdown
  } = health
  return (
    <Section
      title={gateway}
      aside={
        <span title="Circuit breaker">
          <span className="visually-hidden">Circuit breaker: </span>
          <StatusBadge status={breaker} />
        </span>
      }
    >
      <div className="meter">
        <span>Answered</span>
        <Bar part={successShare ?? 0} />
        <b>{share(successShare)}</b>
        <span>Approved</span>
        <Bar part={approvalShare ?? 0} />
        <b>{share(approvalShare)}</b>
      </div>
      <Facts
        facts={[
          ['Calls in 30 s', calls],
          ['Under way', inFlight],
          ['Waiting', queued],
          ['p50', time(latency.p50Ms)],
          ['p95', time(latency.p95Ms)],
          ['p99', time(latency.p99Ms)]
        ]}
      />
      {breakdown.length > 0 && (
        <Table
          caption={`Figures of ${gateway} by currency and method`}
          columns={columns}
          rows={breakdown}
          keyOf={({ currency, method }) => `${currency} ${String(method)}`}
        />
      )}
      <details>
        <summary>
          {executors.length} {executors.length === 1 ? 'executor' : 'executors'}
        </summary>
        <ul className="bare">
          {executors.map(({ executor, breaker: own, breakerSince }) => (
            <li key={executor}>
              <span className="mono">{executor}</span> <StatusBadge status={own} />{' '}
              <span className="hint">
                since <Time at={breakerSince} />
              </span>
            </li>
          ))}
        </ul>
      </details>
    </Section>
  )
}
