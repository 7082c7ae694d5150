import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { useFollow, type StreamedEvent } from '../../api/follow.ts'
import { Badge } from '../../ui/badge.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { titleOf, toneOf } from '../payment/event-words.ts'

const KEPT = 8
/** Milliseconds between two pictures: nobody reads faster, however much happens. */
const PACE_MS = 500
const QUERY =
  'type=PaymentAuthorized,PaymentCompleted,PaymentFailed,PaymentRefunded,PaymentPartiallyRefunded,OutcomeUnknown,RefundFailed'

/** The last things that happened, as they happen. */
export function Recent() {
  const [shown, setShown] = useState<readonly StreamedEvent[]>([])
  const waiting = useRef<StreamedEvent[]>([])
  const isLive = useFollow(QUERY, event => {
    waiting.current = [event, ...waiting.current].slice(0, KEPT)
  })
  useEffect(() => {
    const timer = setInterval(() => {
      if (waiting.current.length === 0) return
      const fresh = waiting.current
      waiting.current = []
      setShown(before => [...fresh, ...before].slice(0, KEPT))
    }, PACE_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <Section
      title="As it happens"
      aside={<Badge tone={isLive ? 'good' : 'warn'}>{isLive ? 'live' : 'connecting …'}</Badge>}
    >
      {shown.length === 0 ? (
        <Empty>Nothing since the page was opened.</Empty>
      ) : (
        <ul className="bare">
          {shown.map(event => (
            <li key={event.id} className="candidate">
              <Time at={event.occurredAt} /> <Badge tone={toneOf(event)}>{titleOf(event)}</Badge>
              <Link to={`/payments/${event.paymentId}`} className="mono" title={event.paymentId}>
                {event.paymentId.slice(0, 12)}…{event.paymentId.slice(-4)}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
