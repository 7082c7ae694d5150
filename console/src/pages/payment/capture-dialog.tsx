import { useState } from 'react'
import type { Payment } from '../../api/types.ts'
import { formatMoney, toMajor } from '../../money/money.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { amountOf, AmountField } from './amount-field.tsx'
import { useCommand, type CommandDialogProps } from './use-command.ts'

export function CaptureDialog({ payment, onClose }: CommandDialogProps) {
  const { currency, authorizedAmount } = payment
  const [typed, setTyped] = useState(() => toMajor(authorizedAmount, currency))
  const amount = amountOf(typed, currency, authorizedAmount)
  const command = useCommand<{ amount: number }, Payment>({
    payment,
    done: 'Captured.',
    isDone: ({ capturedAmount = 0 }) => capturedAmount > payment.capturedAmount,
    onDone: onClose,
    send: (api, body, header) =>
      api.POST('/v1/payments/{id}/capture', { params: { path: { id: payment.id }, header }, body })
  })
  return (
    <Dialog
      title="Capture"
      verb={typeof amount === 'number' ? `Capture ${formatMoney(amount, currency)}` : 'Capture'}
      isWaiting={command.isPending}
      error={command.error}
      onConfirm={() => {
        if (typeof amount === 'number') command.mutate({ amount })
      }}
      onClose={onClose}
    >
      <AmountField
        label="Amount"
        currency={currency}
        most={authorizedAmount}
        typed={typed}
        onType={setTyped}
      />
      {typeof amount === 'number' && amount < authorizedAmount && (
        <p className="hint">The rest, {formatMoney(authorizedAmount - amount, currency)}, is released.</p>
      )}
    </Dialog>
  )
}
