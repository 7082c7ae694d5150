import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer } from '../../api/client.ts'
import { may, reasonAgainst, useSession } from '../../session/session.ts'
import { Field } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { Loaded, ProblemNote } from '../../ui/states.tsx'
import { ReplayReport } from './replay-report.tsx'

const EVERY_MS = 500
const PERIODS = [
  ['1 hour', 1],
  ['24 hours', 24],
  ['7 days', 24 * 7],
  ['30 days', 24 * 30]
] as const
const HOUR_MS = 3_600_000

interface Props {
  readonly text: string
  /** Whether it could be written as it is. */
  readonly isValid: boolean
}

/** What the policy as it is written here would have come to. */
export function Replay({ text, isValid }: Props) {
  const { api, role } = useSession()
  const [hours, setHours] = useState(24)
  const start = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/v1/admin/routing-replays', {
          body: {
            policy: JSON.parse(text) as Record<string, never>,
            from: new Date(Date.now() - hours * HOUR_MS).toISOString()
          }
        })
      )
  })
  const id = start.data?.id
  const replay = useQuery({
    queryKey: ['replay', id],
    enabled: id !== undefined,
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/admin/routing-replays/{id}', { params: { path: { id: id ?? '' } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? EVERY_MS : false)
  })
  const against = reasonAgainst(role, 'decide')
  return (
    <Section title="What it would have come to">
      <p className="hint">
        Makes the choices of the past anew by this policy, from what is on record of them, and tells what to
        expect of it with the intervals in which the truth lies in 95 of 100 cases.
      </p>
      <div className="row">
        <Field label="Of the last">
          {ties => (
            <select {...ties} value={hours} onChange={event => setHours(Number(event.target.value))}>
              {PERIODS.map(([label, value]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button
          type="button"
          disabled={!may(role, 'decide') || !isValid || start.isPending || replay.data?.status === 'running'}
          onClick={() => start.mutate()}
        >
          Replay
        </button>
      </div>
      {against !== null && <p className="hint">{against}</p>}
      {start.error !== null && <ProblemNote error={start.error} />}
      {id !== undefined && (
        <Loaded query={replay} what="the replay">
          {({ status, progress, trouble, result }) => (
            <>
              {status === 'running' && (
                <p role="status">
                  <progress value={progress} aria-label="Read so far" /> {Math.round(progress * 100)} %
                </p>
              )}
              {trouble !== null && <p className="failure">{trouble}</p>}
              {result !== null && <ReplayReport report={result} />}
            </>
          )}
        </Loaded>
      )}
    </Section>
  )
}
