import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { answer } from '../../api/client.ts'
import { useSession } from '../../session/session.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'

const EVERY_MS = 2_000

export function Breakers() {
  const { api } = useSession()
  const health = useQuery({
    queryKey: ['gateways', 'health'],
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => answer(api.GET('/v1/gateways/health', { signal }))
  })
  return (
    <Section title="Circuit breakers" aside={<Link to="/gateways">Gateways</Link>}>
      <Loaded query={health} what="the gateways">
        {({ data }) =>
          data.length === 0 ? (
            <Empty>No gateway was called lately.</Empty>
          ) : (
            <ul className="figures">
              {data.map(({ gateway, breaker }) => (
                <li key={gateway}>
                  {gateway} <StatusBadge status={breaker} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}
