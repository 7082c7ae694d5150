import { metricsTable, type MetricEntry } from '../../src/platform/metrics.ts'

/** Renders every metric as a page for people. */
export function renderMetrics(): string {
  return [
    '<!-- Generated from src/platform/metrics.ts by `npm run generate`. Do not edit. -->',
    '# Metrics',
    "Every process serves them at `/metrics`, as text for Prometheus: those of its roles, and Node's own (`process_…`, `nodejs_…`: memory, garbage collection, delay of the event loop). A label takes few values: no payment, merchant or key ever is one.",
    ...Object.entries<MetricEntry>(metricsTable).map(render),
    ''
  ].join('\n\n')
}

function render([name, { roles, type, unit, labels, buckets, why }]: [string, MetricEntry]): string {
  const facts = [
    type,
    unit ?? 'a number',
    roles === 'all' ? 'every role' : roles.join(', '),
    ...(labels.length > 0 ? [`by ${labels.map(label => `\`${label}\``).join(', ')}`] : []),
    ...(buckets === undefined ? [] : [`buckets ${buckets.join(' ')}`])
  ]
  return `## ${name}\n\n${facts.join('; ')}\n\n${why}`
}
