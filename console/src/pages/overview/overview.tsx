import { may, useSession } from '../../session/session.ts'
import { Page } from '../../ui/page.tsx'
import { Breakers } from './breakers.tsx'
import { Lag } from './lag.tsx'
import { Waiting } from './waiting.tsx'

export default function Overview() {
  const { role, merchant } = useSession()
  return (
    <Page title="Overview" aside={<span className="hint">{merchant?.name}</span>}>
      {may(role, 'operate') && (
        <>
          <Waiting />
          <div className="columns">
            <Breakers />
            <Lag />
          </div>
        </>
      )}
    </Page>
  )
}
