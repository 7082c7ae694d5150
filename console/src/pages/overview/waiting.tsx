import { Link } from 'react-router'
import { useWaiting } from '../../shell/waiting.ts'
import { Section } from '../../ui/page.tsx'

/** What waits for somebody. */
export function Waiting() {
  const { unknown, reviews, deadLetters } = useWaiting()
  const entries = [
    ['/unknown', 'Unknown outcomes', unknown],
    ['/reviews', 'Reviews', reviews],
    ['/dead-letters', 'Dead letters', deadLetters]
  ] as const
  return (
    <Section title="Waiting for somebody">
      <ul className="figures">
        {entries.map(([to, label, count]) => (
          <li key={to} className={count === undefined ? '' : 'warn'}>
            <Link to={to}>
              <b>{count ?? 0}</b> {label}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
