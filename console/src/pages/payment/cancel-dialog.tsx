import { useState } from 'react'
import type { Payment } from '../../api/types.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Money } from '../../ui/money.tsx'
import { ReasonField } from '../../ui/reason-field.tsx'
import { useCommand, type CommandDialogProps } from './use-command.ts'

export function CancelDialog({ payment, onClose }: CommandDialogProps) {
  const [reason, setReason] = useState('')
  const command = useCommand<{ reason?: string }, Payment>({
    payment,
    done: 'Cancelled.',
    isDone: ({ status }) => status === 'CANCELLED',
    onDone: onClose,
    send: (api, body, header) =>
      api.POST('/v1/payments/{id}/cancel', { params: { path: { id: payment.id }, header }, body })
  })
  return (
    <Dialog
      title="Cancel the payment"
      verb="Cancel the payment"
      isDangerous
      isWaiting={command.isPending}
      error={command.error}
      onConfirm={() => command.mutate(reason.trim() === '' ? {} : { reason: reason.trim() })}
      onClose={onClose}
    >
      <p>
        {payment.authorizedAmount > 0 ? (
          <>
            <Money amount={payment.authorizedAmount} currency={payment.currency} /> is released. The payment
            ends.
          </>
        ) : (
          'No money was reserved. The payment ends.'
        )}
      </p>
      <ReasonField hint="Shown to people." typed={reason} onType={setReason} />
    </Dialog>
  )
}
