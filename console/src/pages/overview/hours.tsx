import { StackedBars } from '../../ui/charts/stacked-bars.tsx'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/states.tsx'
import { HOUR_MS, useFigures } from './use-figures.ts'

const HOURS = 24
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const whole = new Intl.NumberFormat(undefined, { notation: 'compact' })

/** What payments came to, hour by hour. */
export function Hours() {
  const figures = useFigures('hour', HOURS)
  return (
    <Section title="Payments by hour" aside={<span className="hint">24 h</span>}>
      <Loaded query={figures} what="payments by hour">
        {({ data, to }) => {
          const end = Date.parse(to)
          const stacks = Array.from({ length: HOURS }, (_, i) => {
            const begin = end - (HOURS - i) * HOUR_MS
            const rows = data.filter(({ hour }) => hour !== undefined && Date.parse(hour) === begin)
            const count = (of: (row: (typeof rows)[number]) => number) =>
              rows.reduce((sum, row) => sum + of(row), 0)
            return {
              label: clock.format(begin),
              values: [
                count(({ payments }) => payments.authorized.count),
                count(({ payments }) => payments.failed.count)
              ]
            }
          })
          return (
            <StackedBars
              title="Payments by hour"
              series={['authorized', 'failed']}
              stacks={stacks}
              format={value => whole.format(value)}
            />
          )
        }}
      </Loaded>
    </Section>
  )
}
