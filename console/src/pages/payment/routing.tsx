import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { answer } from '../../api/client.ts'
import type { Payment, RoutingChoice } from '../../api/types.ts'
import { useSession } from '../../session/session.ts'
import { Facts, Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Candidates } from './candidates.tsx'

interface Props {
  readonly payment: Payment
  readonly asOf: number | null
}

/** Why the payment went to its gateway. */
export function Routing({ payment: { id, version }, asOf }: Props) {
  const { api, merchant } = useSession()
  const routing = useQuery({
    queryKey: ['payment', merchant?.id, id, 'routing', version],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/payments/{id}/routing', { params: { path: { id } }, signal }))
  })
  return (
    <Section title="Routing">
      <Loaded query={routing} what="the choice of gateways">
        {({ data }) => {
          const choices = data.filter(({ sequence }) => asOf === null || sequence <= asOf)
          if (choices.length === 0) return <Empty>No gateway was chosen.</Empty>
          return choices.map(choice => <Choice key={choice.sequence} choice={choice} />)
        }}
      </Loaded>
    </Section>
  )
}

function Choice({ choice }: { readonly choice: RoutingChoice }) {
  const { summary, policy, variant, decidedBy, features, candidates } = choice
  return (
    <div className="choice">
      <p>{summary}</p>
      <Candidates candidates={candidates} />
      <details>
        <summary>What it was decided by</summary>
        <Facts
          facts={[
            ['Policy', `${policy.id}, version ${policy.version}`],
            ...(variant === null ? [] : [['Variant', variant] as const]),
            ...(decidedBy === null ? [] : [['Decided by', decidedBy] as const]),
            ...Object.entries(features).map(([name, value]) => [name, value] as const)
          ]}
        />
      </details>
    </div>
  )
}
