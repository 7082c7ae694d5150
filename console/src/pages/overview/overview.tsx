import { may, useSession } from '../../session/session.ts'
import { Page } from '../../ui/page.tsx'
import { Empty } from '../../ui/states.tsx'
import { Approval } from './approval.tsx'
import { Breakers } from './breakers.tsx'
import { Hours } from './hours.tsx'
import { InFlight } from './in-flight.tsx'
import { Lag } from './lag.tsx'
import { Latency } from './latency.tsx'
import { Rate } from './rate.tsx'
import { Recent } from './recent.tsx'
import { Waiting } from './waiting.tsx'

export default function Overview() {
  const { role, merchant } = useSession()
  const operates = may(role, 'operate')
  return (
    <Page title="Overview" aside={<span className="hint">{merchant?.name}</span>}>
      {operates && <Waiting />}
      {merchant === null ? (
        <Empty>There is no merchant yet, and so no payment.</Empty>
      ) : (
        <div className="columns">
          <div key={merchant.id}>
            <Rate />
            <Approval />
            <Latency />
            <InFlight />
          </div>
          <div>
            <Hours />
            {operates && <Breakers />}
            {operates && <Lag />}
            <Recent key={merchant.id} />
          </div>
        </div>
      )}
    </Page>
  )
}
