import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer } from '../../api/client.ts'
import type { WebhookEndpoint } from '../../api/types.ts'
import { may, reasonAgainst, useSession } from '../../session/session.ts'
import { useAnnounce } from '../../ui/announcements.tsx'
import { StatusBadge } from '../../ui/badge.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded, ProblemNote } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Ago } from '../../ui/time.tsx'

interface Props {
  /** The one whose deliveries are shown; null for all. */
  readonly chosen: string | null
  readonly onChoose: (id: string | null) => void
}

export function Endpoints({ chosen, onChoose }: Props) {
  const { api, merchant } = useSession()
  const endpoints = useQuery({
    queryKey: ['endpoints', merchant?.id],
    refetchInterval: 10_000,
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/webhook-endpoints', { params: { query: { limit: '100' } }, signal }))
  })
  const columns: readonly Column<WebhookEndpoint>[] = [
    {
      label: 'Endpoint',
      cell: ({ url, description }) => (
        <>
          <span className="mono">{url}</span>
          {description !== null && <span className="hint"> {description}</span>}
        </>
      )
    },
    {
      label: 'Status',
      cell: ({ status, statusReason }) => (
        <>
          <StatusBadge status={status} />{' '}
          {statusReason !== null && <span className="hint">{statusReason}</span>}
        </>
      )
    },
    {
      label: 'Failing since',
      cell: ({ failingSince }) => (failingSince === null ? '–' : <Ago time={failingSince} />)
    },
    {
      label: 'Sent',
      isMinor: true,
      cell: ({ eventTypes }) => (
        <span className="whole" title={eventTypes?.join(', ')}>
          {eventTypes === null
            ? 'everything'
            : `${eventTypes.length} event ${eventTypes.length === 1 ? 'type' : 'types'}`}
        </span>
      )
    },
    { label: 'Action', cell: endpoint => <EndpointActions {...{ endpoint, chosen, onChoose }} /> }
  ]
  return (
    <Section title="Endpoints">
      <Loaded query={endpoints} what="endpoints">
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{merchant?.name ?? 'The merchant'} has made none.</Empty>
          ) : (
            <Table caption="Webhook endpoints" columns={columns} rows={data} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
    </Section>
  )
}

function EndpointActions({ endpoint, chosen, onChoose }: Props & { readonly endpoint: WebhookEndpoint }) {
  const { api, merchant, role } = useSession()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const { id, status } = endpoint
  const next = status === 'enabled' ? 'paused' : 'enabled'
  const change = useMutation({
    mutationFn: () =>
      answer(api.PATCH('/v1/webhook-endpoints/{id}', { params: { path: { id } }, body: { status: next } })),
    onSuccess: () => {
      announce(next === 'paused' ? 'Paused: what happens waits.' : 'Enabled: what has waited is sent.')
      return queries.invalidateQueries({ queryKey: ['endpoints', merchant?.id] })
    }
  })
  const test = useMutation({
    mutationFn: () => answer(api.POST('/v1/webhook-endpoints/{id}/test', { params: { path: { id } } })),
    onSuccess: ({ delivered, httpStatus, error }) =>
      announce(
        delivered ? 'The test was delivered.' : `The test was not delivered: ${error ?? String(httpStatus)}`
      )
  })
  const against = reasonAgainst(role, 'act') ?? undefined
  const failure = change.error ?? test.error
  return (
    <>
      <span className="buttons start">
        <button
          type="button"
          aria-pressed={chosen === id}
          onClick={() => onChoose(chosen === id ? null : id)}
        >
          Its deliveries
        </button>
        <button
          type="button"
          disabled={!may(role, 'act') || change.isPending}
          title={against}
          onClick={() => change.mutate()}
        >
          {next === 'paused' ? 'Pause' : 'Enable'}
        </button>
        <button
          type="button"
          disabled={!may(role, 'act') || test.isPending}
          title={against}
          onClick={() => test.mutate()}
        >
          {test.isPending ? 'Testing …' : 'Test'}
        </button>
      </span>
      {failure !== null && <ProblemNote error={failure} />}
    </>
  )
}
