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

interface Command<T> {
  readonly payment: Payment
  /** Whether it is meant for the payment in whatever state, since it names something else that must still be so. */
  readonly isForAnyVersion?: boolean
  /** Said when it was done. */
  readonly done: string
  readonly send: (
    api: Api,
    terms: T,
    headers: CommandHeaders
  ) => Promise<{ response: Response; error?: unknown }>
  readonly onDone: () => void
}

/** A command on a payment as it was when its dialog was opened. */
export function useCommand<T>({ payment, isForAnyVersion = false, done, send, onDone }: Command<T>) {
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
      const { response, error } = await send(api, terms, headers)
      if (response.ok) return response.status
      throw new ProblemError(error ?? {}, response.status, response.headers.get('x-correlation-id'))
    },
    onSuccess: async status => {
      announce(status === 202 ? 'Accepted. It is under way.' : done)
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
