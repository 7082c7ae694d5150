import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer } from '../../api/client.ts'
import { useSession } from '../../session/session.ts'
import { useAnnounce } from '../../ui/announcements.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ReasonField } from '../../ui/reason-field.tsx'

interface Props {
  readonly id: string
  /** Whether it was redriven before: then it may be done twice, and must be meant. */
  readonly isAgain: boolean
  readonly onClose: () => void
}

export function RedriveDialog({ id, isAgain, onClose }: Props) {
  const { api } = useSession()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const [reason, setReason] = useState('')
  const redrive = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/v1/admin/dead-letters/{id}/redrive', {
          params: { path: { id } },
          body: { reason: reason.trim(), ...(isAgain ? { again: true } : {}) }
        })
      ),
    onSuccess: async ({ to }) => {
      announce(`It is on ${to}.`)
      onClose()
      await queries.invalidateQueries({ queryKey: ['dead-letters'] })
    }
  })
  return (
    <Dialog
      title={`Redrive ${id}`}
      verb="Redrive"
      isDangerous={isAgain}
      isWaiting={redrive.isPending}
      error={redrive.error}
      onConfirm={() => redrive.mutate()}
      onClose={onClose}
    >
      <p>
        {isAgain
          ? 'It was redriven before. A command is still done once; what is not a command may be done twice.'
          : 'The record is written to the topic that it came from again, and is processed behind what is there.'}
      </p>
      <ReasonField hint="Kept with the letter." isRequired typed={reason} onType={setReason} />
    </Dialog>
  )
}
