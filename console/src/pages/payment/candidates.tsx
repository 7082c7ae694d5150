import type { RoutingChoice } from '../../api/types.ts'
import { Bar } from '../../ui/charts/bar.tsx'

type Candidate = RoutingChoice['candidates'][number]

const number = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 })
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })

/** The gateways that there were, in order of rank: a bar for the score, a word for what kept one out. */
export function Candidates({ candidates }: { readonly candidates: readonly Candidate[] }) {
  const scores = candidates.flatMap(({ score }) => (score === null ? [] : [score]))
  // Scores may be below zero: bars show where each stands between the worst and the best, from a stub on.
  const [least, most] = [Math.min(0, ...scores), Math.max(0, ...scores)]
  const part = (score: number) => (most === least ? 1 : Math.max(0.02, (score - least) / (most - least)))
  return (
    <ol className="candidates">
      {candidates.map(candidate => {
        const { gateway, chosen, because, excludedBy, score, probability, terms } = candidate
        return (
          <li key={gateway} className={chosen ? 'chosen' : excludedBy === null ? '' : 'excluded'}>
            <div className="candidate">
              <b>{gateway}</b>
              {chosen && <span className="badge good">chosen</span>}
              {excludedBy !== null && <span className="badge plain">{excludedBy}</span>}
              <span className="spacer" />
              {score !== null && <span title="score">{number.format(score)}</span>}
              {probability !== null && probability > 0 && probability < 1 && (
                <span className="hint">drawn with {percent.format(probability)}</span>
              )}
            </div>
            {excludedBy === null && <Bar part={score === null ? (probability ?? 0) : part(score)} />}
            <p className="hint">{because}</p>
            {Object.keys(terms).length > 0 && (
              <p className="hint terms">
                {Object.entries(terms).map(([name, value]) => (
                  <span key={name}>
                    {name} {number.format(value)}
                  </span>
                ))}
              </p>
            )}
          </li>
        )
      })}
    </ol>
  )
}
