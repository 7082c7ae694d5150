import type { RoutingReplay } from '../../api/types.ts'
import { toMajor } from '../../money/money.ts'
import { Intervals } from '../../ui/charts/intervals.tsx'
import { StackedBars } from '../../ui/charts/stacked-bars.tsx'
import { Facts } from '../../ui/page.tsx'

type Report = NonNullable<RoutingReplay['result']>

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })

export function ReplayReport({ report }: { readonly report: Report }) {
  const { choices, open, unrecorded, unrouted, volume, approvals, fees, effective, unseen, tooLittle } =
    report
  return (
    <>
      {tooLittle.length > 0 && (
        <div className="stale">
          <b>There was too little to tell.</b>
          <ul>
            {tooLittle.map(why => (
              <li key={why}>{why}</li>
            ))}
          </ul>
        </div>
      )}
      <Facts
        facts={[
          ['Choices', whole.format(choices)],
          ['Not known yet', whole.format(open)],
          ['Without odds', whole.format(unrecorded)],
          ['No gateway', whole.format(unrouted)],
          ['Says as much as', `${whole.format(effective)} payments`],
          ['Never tried', percent.format(unseen)]
        ]}
      />
      {volume.length > 0 && (
        <>
          <h3>Volume by gateway</h3>
          <StackedBars
            title="Choices by gateway, as they were and as they would have been"
            series={volume.map(({ gateway }) => gateway)}
            stacks={[
              { label: 'as it was', values: volume.map(({ happened }) => happened) },
              { label: 'by this policy', values: volume.map(({ expected }) => expected) }
            ]}
            format={value => whole.format(value)}
          />
        </>
      )}
      {approvals.happened !== null && (
        <>
          <h3>Approval</h3>
          <Intervals
            rows={[
              { label: 'as it was', value: approvals.happened, low: null, high: null },
              ...(approvals.expected === null ? [] : [{ label: 'by this policy', ...approvals.expected }])
            ]}
            format={value => percent.format(value)}
          />
        </>
      )}
      {fees.map(({ currency, happened, expected }) => (
        <div key={currency}>
          <h3>Fees in {currency}</h3>
          <Intervals
            rows={[
              { label: 'as it was', value: happened, low: null, high: null },
              ...(expected === null ? [] : [{ label: 'by this policy', ...expected }])
            ]}
            format={value => toMajor(Math.round(value), currency)}
          />
        </div>
      ))}
    </>
  )
}
