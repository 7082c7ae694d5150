import { useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { Money } from '../../ui/money.tsx'
import { ReasonField } from '../../ui/reason-field.tsx'
import { useCommand, type CommandDialogProps } from './use-command.ts'

type Decision = 'approve' | 'reject'

export function ReviewDialog({ payment, onClose }: CommandDialogProps) {
  const [decision, setDecision] = useState<Decision | null>(null)
  const [reason, setReason] = useState('')
  const command = useCommand<{ decision: Decision; reason: string }>({
    payment,
    done: 'Decided.',
    onDone: onClose,
    send: (api, body, header) =>
      api.POST('/v1/payments/{id}/review', { params: { path: { id: payment.id }, header }, body })
  })
  return (
    <Dialog
      title="May the payment go on?"
      verb="Decide"
      isDangerous={decision === 'reject'}
      isWaiting={command.isPending}
      error={command.error}
      onConfirm={() => {
        if (decision !== null) command.mutate({ decision, reason: reason.trim() })
      }}
      onClose={onClose}
    >
      <p>
        <Money amount={payment.amount} currency={payment.currency} /> of {payment.customer.id}. Why it is held
        is in its timeline.
      </p>
      <fieldset>
        <legend>Decision</legend>
        {(
          [
            ['approve', 'Approve: it goes to a gateway'],
            ['reject', 'Reject: it fails']
          ] as const
        ).map(([value, label]) => (
          <label key={value} className="radio">
            <input
              type="radio"
              name="decision"
              required
              checked={decision === value}
              onChange={() => setDecision(value)}
            />{' '}
            {label}
          </label>
        ))}
      </fieldset>
      <ReasonField hint="Kept in the history." isRequired typed={reason} onType={setReason} />
    </Dialog>
  )
}
