// The dashboards for Grafana as a table, and what Grafana imports of it.

interface Panel {
  readonly title: string
  /** What it means when it looks otherwise than usual. */
  readonly why: string
  /** As Grafana names it. */
  readonly unit: 's' | 'reqps' | 'cps' | 'percentunit' | 'short'
  /** PromQL, by what the legend says. */
  readonly lines: Readonly<Record<string, string>>
}

interface Dashboard {
  readonly title: string
  readonly panels: readonly Panel[]
}

const rate = (counter: string, by = ''): string =>
  `sum${by === '' ? '' : ` by (${by})`} (rate(${counter}[$__rate_interval]))`
const quantile = (q: number, histogram: string, { by = '', where = '' } = {}): string => {
  const labels = by === '' ? 'le' : `le, ${by}`
  return `histogram_quantile(${q}, sum by (${labels}) (rate(${histogram}_bucket${where}[$__rate_interval])))`
}
const STARTS = { where: '{method="POST",route="/v1/payments"}' }

export const dashboards: Readonly<Record<string, Dashboard>> = {
  payments: {
    title: 'AegisPay: payments',
    panels: [
      {
        title: 'Commands taken in',
        why: 'By kind. When it falls to nothing while requests arrive, Kafka does not confirm them.',
        unit: 'reqps',
        lines: { '{{command}}': rate('aegispay_commands_accepted_total', 'command') }
      },
      {
        title: 'Answers',
        why: '`accepted` are answers 202: the payment did not rest in time.',
        unit: 'reqps',
        lines: { '{{way}}': rate('aegispay_answers_total', 'way') }
      },
      {
        title: 'Time to answer POST /v1/payments',
        why: 'What payers wait for. Most of it is the gateway.',
        unit: 's',
        lines: {
          p50: quantile(0.5, 'aegispay_http_request_seconds', STARTS),
          p95: quantile(0.95, 'aegispay_http_request_seconds', STARTS),
          p99: quantile(0.99, 'aegispay_http_request_seconds', STARTS)
        }
      },
      {
        title: 'Answers that are errors of ours',
        why: 'The part of all answers with a status from 500 on.',
        unit: 'percentunit',
        lines: {
          '5xx': `${rate('aegispay_http_request_seconds_count{status=~"5.."}')} / ${rate('aegispay_http_request_seconds_count')}`
        }
      },
      {
        title: 'Refused for load or limits',
        why: 'More instances are needed, or somebody asks too often.',
        unit: 'reqps',
        lines: {
          'load: {{kind}} {{reason}}': rate('aegispay_http_shed_total', 'kind, reason'),
          'limit: {{by}}': rate('aegispay_rate_limited_total', 'by')
        }
      },
      {
        title: 'Payments counted for fraud rules',
        why: '`missing`: Redis did not answer in time, and rules that count did not hold.',
        unit: 'reqps',
        lines: { '{{result}}': rate('aegispay_processor_velocity_counts_total', 'result') }
      }
    ]
  },
  gateways: {
    title: 'AegisPay: gateways',
    panels: [
      {
        title: 'Calls that succeeded',
        why: 'Of all calls to a gateway, the part that did what was asked.',
        unit: 'percentunit',
        lines: {
          '{{gateway}}': `${rate('aegispay_gateway_calls_total{outcome="SUCCEEDED"}', 'gateway')} / ${rate('aegispay_gateway_calls_total', 'gateway')}`
        }
      },
      {
        title: 'Outcomes',
        why: '`UNKNOWN` are calls that may have charged: each holds its payment until the gateway has told.',
        unit: 'cps',
        lines: { '{{gateway}} {{outcome}}': rate('aegispay_gateway_calls_total', 'gateway, outcome') }
      },
      {
        title: 'Time of calls, p95',
        why: 'A gateway that gets slow gets less traffic where the policy weighs latency.',
        unit: 's',
        lines: { '{{gateway}}': quantile(0.95, 'aegispay_gateway_call_seconds', { by: 'gateway' }) }
      },
      {
        title: 'Open breakers',
        why: '1 while no call is made to the gateway.',
        unit: 'short',
        lines: { '{{gateway}}': 'max by (gateway) (aegispay_gateway_breaker{state="OPEN"})' }
      },
      {
        title: 'Calls that were not made',
        why: 'Kept back by the breaker, the bulkhead or the rate limit.',
        unit: 'cps',
        lines: { '{{gateway}} {{reason}}': rate('aegispay_gateway_rejections_total', 'gateway, reason') }
      },
      {
        title: 'Retries',
        why: '`put_off`: the gateway has had as many retries as its budget allows.',
        unit: 'cps',
        lines: { '{{gateway}} {{retry}}': rate('aegispay_processor_retries_total', 'gateway, retry') }
      },
      {
        title: 'Contradictions and old unknown outcomes',
        why: 'Somebody has to look at each of them.',
        unit: 'cps',
        lines: {
          'contradiction: {{gateway}}': rate('aegispay_gateway_contradictions_total', 'gateway'),
          'unknown for long: {{gateway}}': rate('aegispay_processor_old_unknowns_total', 'gateway')
        }
      }
    ]
  },
  stream: {
    title: 'AegisPay: stream',
    panels: [
      {
        title: 'Lag of processors',
        why: 'Records that wait for their owner. It grows while a partition has none, or too much arrives.',
        unit: 'short',
        lines: { '{{input}}': 'sum by (input) (aegispay_processor_lag_records)' }
      },
      {
        title: 'Lag of read models',
        why: 'How stale reads are.',
        unit: 'short',
        lines: { '{{view}}': 'sum by (view) (aegispay_projection_lag_records)' }
      },
      {
        title: 'Transactions',
        why: '`given_up` ended without a definite commit: the partition is rebuilt from the log.',
        unit: 'cps',
        lines: { '{{result}}': rate('aegispay_processor_transactions_total', 'result') }
      },
      {
        title: 'Time of transactions, p95',
        why: 'When it rises, look at the brokers.',
        unit: 's',
        lines: { p95: quantile(0.95, 'aegispay_processor_transaction_seconds') }
      },
      {
        title: 'Takeovers, p95',
        why: 'How long a partition had no owner when it changed hands.',
        unit: 's',
        lines: { p95: quantile(0.95, 'aegispay_processor_takeover_seconds') }
      },
      {
        title: 'Dead letters',
        why: 'Records that can never be processed, by reason.',
        unit: 'cps',
        lines: { '{{reason}}': rate('aegispay_processor_dead_letters_total', 'reason') }
      },
      {
        title: 'Webhooks',
        why: 'Attempts by outcome, and how many wait.',
        unit: 'short',
        lines: {
          '{{outcome}} per second': rate('aegispay_webhook_attempts_total', 'outcome'),
          waiting: 'max(aegispay_webhook_pending)'
        }
      },
      {
        title: 'Delay of event loops',
        why: 'A process with more to do than its processor can.',
        unit: 's',
        lines: { '{{instance}}': 'max by (instance) (aegispay_event_loop_delay_seconds)' }
      }
    ]
  }
}

const COLUMNS = 2
const WIDTH = 24 / COLUMNS
const HEIGHT = 8

/** @returns what Grafana imports: the data source is asked for then */
export function renderDashboard(name: string): string {
  const { title, panels } = dashboards[name]!
  const source = { type: 'prometheus', uid: '${source}' }
  return JSON.stringify({
    ...{ uid: `aegispay-${name}`, title, tags: ['aegispay'], schemaVersion: 41, editable: true },
    ...{ time: { from: 'now-3h', to: 'now' }, refresh: '10s' },
    templating: { list: [{ name: 'source', label: 'Data source', type: 'datasource', query: 'prometheus' }] },
    panels: panels.map(({ title: heading, why, unit, lines }, i) => ({
      ...{ id: i + 1, type: 'timeseries', title: heading, description: why, datasource: source },
      gridPos: { x: (i % COLUMNS) * WIDTH, y: Math.floor(i / COLUMNS) * HEIGHT, w: WIDTH, h: HEIGHT },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: Object.entries(lines).map(([legendFormat, expr], line) => ({
        ...{ refId: String.fromCharCode(65 + line), datasource: source, expr, legendFormat }
      }))
    }))
  })
}
