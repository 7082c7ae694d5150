import { useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { ReasonField } from '../../ui/reason-field.tsx'
import { useCommand, type CommandDialogProps } from './use-command.ts'

type Outcome = 'succeeded' | 'failed'
interface Terms {
  operationId: string
  outcome: Outcome
  reason: string
  reference?: string
}

interface Props extends CommandDialogProps {
  /** Of something else than the payment's operation, such as what was to undo one. */
  readonly operationId?: string
}

export function ResolveDialog({ payment, operationId = payment.operation?.id ?? '', onClose }: Props) {
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [reason, setReason] = useState('')
  const [reference, setReference] = useState('')
  const command = useCommand<Terms>({
    payment,
    // It is asked about all the while, which moves the version.
    isForAnyVersion: true,
    done: 'Resolved.',
    onDone: onClose,
    send: (api, body, header) =>
      api.POST('/v1/payments/{id}/resolve', { params: { path: { id: payment.id }, header }, body })
  })
  const confirm = () => {
    if (outcome === null) return
    const given = reference.trim()
    command.mutate({
      operationId,
      outcome,
      reason: reason.trim(),
      ...(given === '' ? {} : { reference: given })
    })
  }
  return (
    <Dialog
      title={`What became of ${operationId}?`}
      verb="Put on record"
      isDangerous
      isWaiting={command.isPending}
      error={command.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        No gateway has said. What you put on record decides whether money moved: look it up at the gateway,
        say in its statements, before you do.
      </p>
      <fieldset>
        <legend>At the gateway it</legend>
        {(['succeeded', 'failed'] as const).map(value => (
          <label key={value} className="radio">
            <input
              type="radio"
              name="outcome"
              required
              checked={outcome === value}
              onChange={() => setOutcome(value)}
            />{' '}
            {value}
          </label>
        ))}
      </fieldset>
      <ReasonField hint="What shows it. Kept in the history." isRequired typed={reason} onType={setReason} />
      <Field label="The gateway's reference, if there is one">
        {ties => (
          <input
            {...ties}
            value={reference}
            maxLength={255}
            onChange={event => setReference(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  )
}
