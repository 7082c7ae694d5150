import { useState } from 'react'
import type { Payment } from '../../api/types.ts'
import { may, reasonAgainst, useSession } from '../../session/session.ts'
import { CancelDialog } from './cancel-dialog.tsx'
import { CaptureDialog } from './capture-dialog.tsx'
import { RefundDialog } from './refund-dialog.tsx'
import { ResolveDialog } from './resolve-dialog.tsx'
import { RetryDialog } from './retry-dialog.tsx'
import { ReviewDialog } from './review-dialog.tsx'

type Action = 'capture' | 'cancel' | 'refund' | 'retry' | 'resolve' | 'review'

const labels: Readonly<Record<Action, string>> = {
  capture: 'Capture …',
  cancel: 'Cancel …',
  refund: 'Refund …',
  retry: 'Try again …',
  resolve: 'Resolve …',
  review: 'Decide …'
}

const dialogs = {
  capture: CaptureDialog,
  cancel: CancelDialog,
  refund: RefundDialog,
  retry: RetryDialog,
  resolve: ResolveDialog,
  review: ReviewDialog
}

/** What can be done with a payment in its state. Whether it is done the service decides. */
function actionsFor({ status, operation, review, capturedAmount, refundedAmount }: Payment): Action[] {
  const actions: Action[] = []
  if (review?.status === 'pending') actions.push('review')
  if (operation?.status === 'unknown') actions.push('resolve')
  if (status === 'AUTHORIZED' && operation === undefined) actions.push('capture')
  if ((status === 'AUTHORIZED' || status === 'INITIATED') && operation === undefined) actions.push('cancel')
  if (
    ['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUND_INITIATED'].includes(status) &&
    refundedAmount < capturedAmount
  )
    actions.push('refund')
  if (status === 'FAILED') actions.push('retry')
  return actions
}

export function Actions({ payment }: { readonly payment: Payment }) {
  const { role } = useSession()
  const [open, setOpen] = useState<Action | null>(null)
  const actions = actionsFor(payment)
  const Dialog = open === null ? null : dialogs[open]
  const against = new Set(actions.flatMap(action => reasonAgainst(role, permissionFor(action)) ?? []))
  return (
    <>
      {actions.length > 0 && (
        <div className="buttons start">
          {actions.map(action => (
            <button
              key={action}
              type="button"
              disabled={!may(role, permissionFor(action))}
              onClick={() => setOpen(action)}
            >
              {labels[action]}
            </button>
          ))}
        </div>
      )}
      {[...against].map(reason => (
        <p key={reason} className="hint">
          {reason}
        </p>
      ))}
      {Dialog !== null && <Dialog payment={payment} onClose={() => setOpen(null)} />}
    </>
  )
}

const permissionFor = (action: Action) => (action === 'resolve' || action === 'review' ? 'decide' : 'act')
