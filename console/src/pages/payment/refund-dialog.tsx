import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer } from '../../api/client.ts'
import type { Refund } from '../../api/types.ts'
import { formatMoney, toMajor } from '../../money/money.ts'
import { useSession } from '../../session/session.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { amountOf, AmountField } from './amount-field.tsx'
import { ReasonField } from '../../ui/reason-field.tsx'
import { useCommand, type CommandDialogProps } from './use-command.ts'

export function RefundDialog({ payment, onClose }: CommandDialogProps) {
  const { currency } = payment
  const left = useRefundable(payment)
  const [typed, setTyped] = useState(() => toMajor(left, currency))
  const [reason, setReason] = useState('')
  const amount = amountOf(typed, currency, left)
  const command = useCommand<{ amount: number; reason?: string }, Refund>({
    payment,
    done: 'Refunded.',
    isDone: ({ status }) => status === 'succeeded',
    onDone: onClose,
    send: (api, body, header) =>
      api.POST('/v1/payments/{id}/refunds', { params: { path: { id: payment.id }, header }, body })
  })
  const confirm = () => {
    if (typeof amount === 'number')
      command.mutate({ amount, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) })
  }
  return (
    <Dialog
      title="Refund"
      verb={typeof amount === 'number' ? `Refund ${formatMoney(amount, currency)}` : 'Refund'}
      isDangerous
      isWaiting={command.isPending}
      error={command.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <AmountField label="Amount" currency={currency} most={left} typed={typed} onType={setTyped} />
      <ReasonField hint="Shown to people." typed={reason} onType={setReason} />
    </Dialog>
  )
}

/** What is left of what was captured: refunds that are under way have their amount reserved. */
function useRefundable({
  id,
  version,
  capturedAmount,
  refundedAmount
}: CommandDialogProps['payment']): number {
  const { api, merchant } = useSession()
  const { data } = useQuery({
    queryKey: ['payment', merchant?.id, id, 'refunds', version],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/payments/{id}/refunds', { params: { path: { id } }, signal }))
  })
  const reserved = (data?.data ?? []).filter(({ status }) => status === 'pending')
  return capturedAmount - refundedAmount - reserved.reduce((sum, { amount }) => sum + amount, 0)
}
