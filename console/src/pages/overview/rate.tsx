import { useState } from 'react'
import { Sparkline } from '../../ui/charts/sparkline.tsx'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/states.tsx'
import { ratesOf, type Reading } from './rates.ts'
import { useFigures } from './use-figures.ts'

/** Five minutes, at a reading every five seconds. */
const KEPT = 61
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })

/** How many payments begin: the growth of their number between one look and the next. */
export function Rate() {
  const figures = useFigures('currency', 24)
  const [readings, setReadings] = useState<readonly Reading[]>([])
  const { data, dataUpdatedAt } = figures
  if (data !== undefined && readings.at(-1)?.at !== dataUpdatedAt) {
    const count = data.data.reduce((sum, { payments }) => sum + payments.initiated.count, 0)
    setReadings([...readings, { at: dataUpdatedAt, count }].slice(-KEPT))
  }
  const rates = ratesOf(readings)
  return (
    <Section title="Payments per second">
      <Loaded query={figures} what="the number of payments">
        {() => (
          <div className="rate">
            <b className="big">{rates.length === 0 ? '–' : number.format(rates.at(-1)!)}</b>
            <Sparkline values={rates} />
            <span className="hint">
              {readings.at(-1)?.count ?? 0} in 24 h. The line is what this page has seen since it was opened.
            </span>
          </div>
        )}
      </Loaded>
    </Section>
  )
}
