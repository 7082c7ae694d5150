import type { PaymentEvent } from '../../api/types.ts'
import { duration, Time } from '../../ui/time.tsx'
import { detailOf, titleOf, toneOf } from './event-words.ts'

interface Props {
  readonly events: readonly PaymentEvent[]
  /** What comes after it is shown faint. */
  readonly asOf: number | null
  readonly currency: string
}

export const Timeline = ({ events, asOf, currency }: Props) => (
  <ol className="timeline">
    {events.map((event, i) => {
      const before = events[i - 1]
      const later = asOf !== null && event.sequence > asOf
      return (
        <li key={event.id} className={`${toneOf(event)}${later ? ' later' : ''}`}>
          <div>
            <b>{titleOf(event)}</b>
            {before !== undefined && (
              <span className="gap" title="since the event before">
                +{duration(Date.parse(event.occurredAt) - Date.parse(before.occurredAt))}
              </span>
            )}
          </div>
          <div className="hint">
            <Time at={event.occurredAt} /> {detailOf(event, currency)}
          </div>
        </li>
      )
    })}
  </ol>
)
