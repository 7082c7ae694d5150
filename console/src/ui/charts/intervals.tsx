import type { IntervalRow } from './interval-row.ts'

interface Props {
  readonly rows: readonly IntervalRow[]
  readonly format: (value: number) => string
}

/** Values beside each other, each with the interval in which the truth lies. */
export function Intervals({ rows, format }: Props) {
  const ends = rows.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])
  const [least, most] = [Math.min(...ends), Math.max(...ends)]
  // Some room on both sides, so that the ends can be seen.
  const room = (most - least) * 0.1 || Math.abs(most) * 0.1 || 1
  const at = (value: number) => ((value - least + room) / (most - least + 2 * room)) * 100
  return (
    <ul className="intervals">
      {rows.map(({ label, value, low, high }) => (
        <li key={label}>
          <span>{label}</span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect className="track" y="4.5" width="100" height="1" />
            {low !== null && high !== null && (
              <rect
                className="range"
                x={at(low)}
                y="2"
                width={Math.max(0.5, at(high) - at(low))}
                height="6"
                rx="1"
              />
            )}
            <rect className="value" x={at(value) - 0.4} y="0" width="0.8" height="10" />
          </svg>
          <span>
            <b>{format(value)}</b>
            {low !== null && high !== null && (
              <span className="hint">
                {' '}
                {format(low)} to {format(high)}
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
