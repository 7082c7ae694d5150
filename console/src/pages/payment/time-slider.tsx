import { useSearchParams } from 'react-router'
import type { PaymentEvent } from '../../api/types.ts'
import { Time } from '../../ui/time.tsx'
import { titleOf } from './event-words.ts'

interface Props {
  readonly events: readonly PaymentEvent[]
  readonly version: number
  /** The place in the history that is shown; null for now. */
  readonly asOf: number | null
}

/** Goes through the payment's history, event by event. */
export function TimeSlider({ events, version, asOf }: Props) {
  const [search, setSearch] = useSearchParams()
  const at = asOf ?? version
  const show = (sequence: number) => {
    const wanted = new URLSearchParams(search)
    if (sequence >= version) wanted.delete('as_of')
    else wanted.set('as_of', String(sequence))
    setSearch(wanted, { replace: true })
  }
  const event = events.find(({ sequence }) => sequence === at)
  const said = event === undefined ? `version ${at}` : titleOf(event)
  return (
    <div className="card slider">
      <label htmlFor="as-of">As of</label>
      <input
        id="as-of"
        type="range"
        min={1}
        max={version}
        step={1}
        value={at}
        aria-valuetext={`${at} of ${version}: ${said}`}
        onChange={({ target }) => show(Number(target.value))}
      />
      <span className="slider-at">
        {at} of {version} · {said} {event !== undefined && <Time at={event.occurredAt} />}
      </span>
      <button type="button" disabled={asOf === null} onClick={() => show(version)}>
        Now
      </button>
    </div>
  )
}
