import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Api } from '../../api/client.ts'
import { ProblemError } from '../../api/problem.ts'
import type { Payment } from '../../api/types.ts'
import { useSession } from '../../session/session.ts'
import { useAnnounce } from '../../ui/announcements.tsx'
import { useIntent } from '../../ui/intent.ts'

/** The headers of a command: done once however often it is sent, and only on the payment that was looked at. */
interface CommandHeaders {
  readonly 'Idempotency-Key': string
  readonly 'If-Match'?: string
}

/** An answer is sent when the payment rests, done or not. */
const NOT_DONE = 'The gateway has not done it, or has not said so: the timeline says why.'

interface Command<T, R> {
  readonly payment: Payment
  /** Whether it is meant for the payment in whatever state, since it names something else that must still be so. */
  readonly isForAnyVersion?: boolean
  /** Said when it was done. */
  readonly done: string
  /** Whether what it was about shows it done; any answer does unless given. */
  readonly isDone?: (answered: Partial<R>) => boolean
  readonly send: (
    api: Api,
    terms: T,
    headers: CommandHeaders
  ) => Promise<{ response: Response; data?: Partial<R> | undefined; error?: unknown }>
  readonly onDone: () => void
}

/** A command on a payment as it was when its dialog was opened. */
export function useCommand<T, R = unknown>({
  payment,
  isForAnyVersion = false,
  done,
  isDone = () => true,
  send,
  onDone
}: Command<T, R>) {
  const { api, merchant } = useSession()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const keyFor = useIntent()
  // What it becomes meanwhile was not looked at; and a repeat must be the same command.
  const [version] = useState(payment.version)
  return useMutation({
    mutationFn: async (terms: T) => {
      const headers = {
        'Idempotency-Key': keyFor(terms),
        ...(isForAnyVersion ? {} : { 'If-Match': `"${version}"` })
      }
      const { response, data, error } = await send(api, terms, headers)
      if (response.ok) return { isUnderWay: response.status === 202, answered: data ?? {} }
      throw new ProblemError(error ?? {}, response.status, response.headers.get('x-correlation-id'))
    },
    onSuccess: async ({ isUnderWay, answered }) => {
      announce(isUnderWay ? 'Accepted. It is under way.' : isDone(answered) ? done : NOT_DONE)
      onDone()
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['payment', merchant?.id, payment.id] }),
        ...[['payments'], ['unknown'], ['reviews']].map(queryKey => queries.invalidateQueries({ queryKey }))
      ])
    }
  })
}

export interface CommandDialogProps {
  readonly payment: Payment
  readonly onClose: () => void
}
