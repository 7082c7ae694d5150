import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { answer } from '../../api/client.ts'
import { may, reasonAgainst, useSession } from '../../session/session.ts'
import { useAnnounce } from '../../ui/announcements.tsx'
import { Badge, StatusBadge } from '../../ui/badge.tsx'
import { Id } from '../../ui/copy.tsx'
import { Json } from '../../ui/json.tsx'
import { Facts, Page, Section } from '../../ui/page.tsx'
import { Empty, Loaded, ProblemNote } from '../../ui/states.tsx'
import { Ago, duration, Time } from '../../ui/time.tsx'

const EVERY_MS = 2_000

export default function DeliveryPage() {
  const { id = '' } = useParams()
  const { api, merchant, role } = useSession()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const queryKey = ['deliveries', merchant?.id, id]
  const path = { params: { path: { id } } }
  const delivery = useQuery({
    queryKey,
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => answer(api.GET('/v1/webhook-deliveries/{id}', { ...path, signal }))
  })
  const redeliver = useMutation({
    mutationFn: () => answer(api.POST('/v1/webhook-deliveries/{id}/redeliver', path)),
    onSuccess: () => {
      announce('It will be sent again.')
      return queries.invalidateQueries({ queryKey })
    }
  })
  return (
    <Page title="Webhook" aside={<Id id={id} />}>
      <Loaded query={delivery} what="the delivery">
        {({ eventType, status, paymentId, attempts, body, ...rest }) => (
          <>
            <Section title={eventType} aside={<StatusBadge status={status} />}>
              <Facts
                facts={[
                  ['Payment', <Link to={`/payments/${paymentId}`}>{paymentId}</Link>],
                  ['Happened', <Time at={rest.occurredAt} />],
                  ['Sequence', rest.sequence],
                  ['Attempts', rest.attemptCount],
                  ['Next attempt', rest.nextAttemptAt === null ? '–' : <Ago time={rest.nextAttemptAt} />],
                  ['Delivered', rest.deliveredAt === null ? '–' : <Time at={rest.deliveredAt} />],
                  ['Sent again', rest.isRedelivery ? 'yes' : 'no']
                ]}
              />
              <div className="buttons start">
                <button
                  type="button"
                  disabled={!may(role, 'act') || redeliver.isPending}
                  onClick={() => redeliver.mutate()}
                >
                  Send again
                </button>
              </div>
              {!may(role, 'act') && <p className="hint">{reasonAgainst(role, 'act')}</p>}
              {redeliver.error !== null && <ProblemNote error={redeliver.error} />}
            </Section>
            <Section title="Attempts">
              {attempts.length === 0 ? (
                <Empty>It has not been sent yet.</Empty>
              ) : (
                <ol className="bare">
                  {attempts.map(({ attempt, beganAt, durationMs, httpStatus, error, response }) => (
                    <li key={`${attempt} ${beganAt}`}>
                      <div className="candidate">
                        <b>{attempt}</b>
                        <Badge tone={error === null ? 'good' : 'bad'}>{httpStatus ?? 'no answer'}</Badge>
                        <Time at={beganAt} />
                        <span className="hint">{duration(durationMs)}</span>
                        {error !== null && <span>{error}</span>}
                      </div>
                      {response !== null && response !== '' && (
                        <Json value={response} label={`Answer to attempt ${attempt}`} />
                      )}
                    </li>
                  ))}
                </ol>
              )}
            </Section>
            <Section title="Body">
              <Json value={body} label="What is sent" />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  )
}
