import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answer } from '../../api/client.ts'
import { useSession } from '../../session/session.ts'
import { lineOf, type LineFault } from './json-lines.ts'

/** Milliseconds without a key pressed after which a text is looked at. */
const PAUSE_MS = 400

interface Validation {
  readonly faults: readonly LineFault[]
  /** How it stands, for people. */
  readonly said: string
}

/** What the service has against a policy, while it is being written. */
export function useValidation(text: string, isJson: boolean): Validation {
  const { api } = useSession()
  const settled = useSettled(text)
  const isSettled = settled === text
  const validation = useQuery({
    queryKey: ['policies', 'validation', settled],
    enabled: isJson && isSettled,
    queryFn: ({ signal }) =>
      answer(
        api.POST('/v1/admin/routing-policies/validate', {
          body: JSON.parse(settled) as Record<string, never>,
          signal
        })
      )
  })
  if (!isJson) return { faults: [], said: 'This is no JSON yet.' }
  if (validation.error !== null && isSettled) return { faults: [], said: validation.error.message }
  if (validation.data === undefined || !isSettled) return { faults: [], said: 'Looking at it …' }
  const faults = validation.data.faults.map(({ path, message }) => ({
    path,
    message,
    line: lineOf(text, path)
  }))
  return { faults, said: faults.length === 0 ? 'It could be written.' : 'It could not be written.' }
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
