import { useQuery } from '@tanstack/react-query'
import { answer } from '../../api/client.ts'
import { useSession } from '../../session/session.ts'
import { Badge } from '../../ui/badge.tsx'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'

const EVERY_MS = 5_000

/** A projector has a group for each of its views, whose name ends the group's. */
const nameOf = (role: string, group: string): string =>
  role === 'projector' ? `projector, ${group.split('.').at(-1) ?? group}` : role

const whole = new Intl.NumberFormat()

/** How far behind each role is. */
export function Lag() {
  const { api } = useSession()
  const lag = useQuery({
    queryKey: ['lag'],
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => answer(api.GET('/v1/admin/lag', { signal }))
  })
  return (
    <Section title="Lag">
      <Loaded query={lag} what="the lag">
        {({ data }) => (
          <Table
            caption="Lag of each role"
            columns={[
              { label: 'Role', cell: ({ role, group }) => <span title={group}>{nameOf(role, group)}</span> },
              {
                label: 'Behind',
                isNumeric: true,
                cell: ({ lag: behind }) => (behind === null ? 'not known' : whole.format(behind))
              },
              { label: 'Members', isNumeric: true, cell: ({ members }) => members },
              {
                label: 'State',
                cell: ({ faults }) =>
                  faults.length === 0 ? (
                    <Badge tone="good">well</Badge>
                  ) : (
                    <Badge tone="warn">{faults.join(' ')}</Badge>
                  )
              }
            ]}
            rows={data}
            keyOf={({ group }) => group}
          />
        )}
      </Loaded>
    </Section>
  )
}
