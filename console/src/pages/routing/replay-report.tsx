import type { RoutingReplay } from '../../api/types.ts'
import { formatMoney } from '../../money/money.ts'
import { Intervals } from '../../ui/charts/intervals.tsx'
import { StackedBars } from '../../ui/charts/stacked-bars.tsx'
import { Facts } from '../../ui/page.tsx'
import { rowsOf } from './replay-rows.ts'

type Report = NonNullable<RoutingReplay['result']>

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })

export function ReplayReport({ report }: { readonly report: Report }) {
  const { choices, open, unrecorded, unrouted, volume, approvals, fees, effective, unseen, tooLittle } =
    report
  const isTold = tooLittle.length === 0
  return (
    <>
      {!isTold && (
        <div className="stale">
          <b>Too little was tried to tell what it would have come to.</b>
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
          ['Left out, still open', whole.format(open)],
          ['Left out, no odds kept', whole.format(unrecorded)],
          ['Without a gateway', whole.format(unrouted)],
          ['Could not be tried', percent.format(unseen)],
          ...(isTold ? [['Says as much as', `${whole.format(effective)} payments`] as const] : [])
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
            rows={rowsOf(approvals.happened, approvals.expected, isTold)}
            format={value => percent.format(value)}
          />
        </>
      )}
      {fees.map(({ currency, happened, expected }) => (
        <div key={currency}>
          <h3>Fees in {currency}</h3>
          <Intervals
            rows={rowsOf(happened, expected, isTold)}
            format={value => formatMoney(Math.round(value), currency)}
          />
        </div>
      ))}
    </>
  )
}
