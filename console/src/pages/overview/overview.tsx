import { Page } from '../../ui/page.tsx'
import { may, useSession } from '../../session/session.ts'
import { Waiting } from './waiting.tsx'

export default function Overview() {
  const { role, merchant } = useSession()
  return (
    <Page title="Overview" aside={<span className="hint">{merchant?.name}</span>}>
      {may(role, 'operate') && <Waiting />}
    </Page>
  )
}
