import { Dialog } from '../../ui/dialog.tsx'
import { Money } from '../../ui/money.tsx'
import { useCommand, type CommandDialogProps } from './use-command.ts'

export function RetryDialog({ payment, onClose }: CommandDialogProps) {
  const { failure } = payment
  const command = useCommand<Record<string, never>>({
    payment,
    done: 'Tried again.',
    onDone: onClose,
    send: (api, body, header) =>
      api.POST('/v1/payments/{id}/retry', { params: { path: { id: payment.id }, header }, body })
  })
  const stage = failure?.stage
  return (
    <Dialog
      title="Try again"
      verb="Try again"
      isWaiting={command.isPending}
      error={command.error}
      onConfirm={() => command.mutate({})}
      onClose={onClose}
    >
      {failure !== undefined && (
        <p>
          It failed: {failure.message} <code>{failure.code}</code>
        </p>
      )}
      <p>
        {stage === 'SETTLEMENT' && 'The settlement alone is tried again.'}
        {stage === 'REFUND' && 'The refund alone is tried again.'}
        {stage !== 'SETTLEMENT' && stage !== 'REFUND' && (
          <>
            It begins anew, and may come to <Money amount={payment.amount} currency={payment.currency} />{' '}
            being taken.
          </>
        )}
      </p>
    </Dialog>
  )
}
