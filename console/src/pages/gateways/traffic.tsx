import { StackedBars } from '../../ui/charts/stacked-bars.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { HOUR_MS, useFigures } from '../overview/use-figures.ts'

const HOURS = 24
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })

/** Which part of the chosen merchant's attempts each gateway had, hour by hour. */
export function Traffic({ merchant }: { readonly merchant: string }) {
  const figures = useFigures('hour,gateway', HOURS)
  return (
    <Section title="Share of the traffic" aside={<span className="hint">attempts for {merchant}, 24 h</span>}>
      <Loaded query={figures} what="the traffic">
        {({ data, to }) => {
          const gateways = [...new Set(data.flatMap(({ gateway }) => gateway ?? []))].sort()
          if (gateways.length === 0) return <Empty>No gateway was asked in 24 hours.</Empty>
          const end = Date.parse(to)
          const stacks = Array.from({ length: HOURS }, (_, i) => {
            const begin = end - (HOURS - i) * HOUR_MS
            const counts = gateways.map(gateway =>
              data
                .filter(row => row.gateway === gateway && Date.parse(row.hour ?? '') === begin)
                .reduce(
                  (sum, { attempts }) => sum + attempts.approved + attempts.declined + attempts.failed,
                  0
                )
            )
            const all = counts.reduce((sum, count) => sum + count, 0)
            return { label: clock.format(begin), values: counts.map(count => (all === 0 ? 0 : count / all)) }
          })
          return (
            <StackedBars
              title="Share of the traffic by gateway and hour"
              series={gateways}
              stacks={stacks}
              format={value => percent.format(value)}
            />
          )
        }}
      </Loaded>
    </Section>
  )
}
