import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer } from '../../api/client.ts'
import { useSession } from '../../session/session.ts'
import { useAnnounce } from '../../ui/announcements.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'

interface Props {
  readonly id: string
  readonly etag: string | null
  readonly text: string
  readonly onClose: () => void
}

/** The reason travels in a header, which is ASCII. */
const REASON = '[\\x20-\\x7e]{1,500}'

export function ActivateDialog({ id, etag, text, onClose }: Props) {
  const { api } = useSession()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const [reason, setReason] = useState('')
  const activate = useMutation({
    mutationFn: () => {
      const basis = etag === null ? { 'If-None-Match': '*' } : { 'If-Match': etag }
      return answer(
        api.PUT('/v1/admin/routing-policies/{id}', {
          params: { path: { id }, header: { ...basis, 'AegisPay-Reason': reason.trim() } },
          body: JSON.parse(text) as never
        })
      )
    },
    onSuccess: async () => {
      announce('In force.')
      onClose()
      await queries.invalidateQueries({ queryKey: ['policies'] })
    }
  })
  return (
    <Dialog
      title={`Activate the policy ${id}`}
      verb="Activate"
      isDangerous
      isWaiting={activate.isPending}
      error={activate.error}
      onConfirm={() => activate.mutate()}
      onClose={onClose}
    >
      <p>It takes effect everywhere within a second, for every merchant that has this policy.</p>
      <Field
        label="Reason"
        hint="Kept in the history, with your key. Letters without accents, digits, signs."
      >
        {ties => (
          <input
            {...ties}
            value={reason}
            required
            autoFocus
            pattern={REASON}
            onChange={event => setReason(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  )
}
