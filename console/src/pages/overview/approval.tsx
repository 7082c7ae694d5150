import { Bar } from '../../ui/charts/bar.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { useFigures } from './use-figures.ts'

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })
const whole = new Intl.NumberFormat()

/** Of the attempts that gateways decided in the last day, those that they approved. */
export function Approval() {
  const figures = useFigures('gateway', 24)
  return (
    <Section title="Approval by gateway" aside={<span className="hint">24 h</span>}>
      <Loaded query={figures} what="approvals">
        {({ data }) => {
          const decided = new Map<string, { approved: number; all: number }>()
          for (const { gateway, attempts } of data) {
            if (gateway === null || gateway === undefined) continue
            const { approved, all } = decided.get(gateway) ?? { approved: 0, all: 0 }
            decided.set(gateway, {
              approved: approved + attempts.approved,
              all: all + attempts.approved + attempts.declined
            })
          }
          const rows = [...decided].filter(([, { all }]) => all > 0).sort(([a], [b]) => (a < b ? -1 : 1))
          if (rows.length === 0) return <Empty>No gateway has decided anything.</Empty>
          return (
            <div className="meter">
              {rows.flatMap(([gateway, { approved, all }]) => [
                <span key={gateway}>{gateway}</span>,
                <Bar key={`${gateway} bar`} part={approved / all} />,
                <span key={`${gateway} share`}>
                  <b>{percent.format(approved / all)}</b> <span className="hint">of {whole.format(all)}</span>
                </span>
              ])}
            </div>
          )
        }}
      </Loaded>
    </Section>
  )
}
