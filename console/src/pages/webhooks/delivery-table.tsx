import { Link } from 'react-router'
import type { WebhookDelivery } from '../../api/types.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Ago, Time } from '../../ui/time.tsx'

interface Props {
  readonly deliveries: readonly WebhookDelivery[]
  /** Which payment it is goes without saying. */
  readonly isOfOnePayment?: boolean
}

const payment: Column<WebhookDelivery> = {
  label: 'Payment',
  cell: ({ paymentId }) => (
    <Link to={`/payments/${paymentId}`} className="mono" title={paymentId}>
      {paymentId.slice(0, 12)}…{paymentId.slice(-4)}
    </Link>
  )
}

const columns: readonly Column<WebhookDelivery>[] = [
  { label: 'Event', cell: ({ id, eventType }) => <Link to={`/webhooks/${id}`}>{eventType}</Link> },
  { label: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { label: 'Attempts', isNumeric: true, cell: ({ attemptCount }) => attemptCount },
  {
    label: 'Next',
    cell: ({ nextAttemptAt }) => (nextAttemptAt === null ? '–' : <Ago time={nextAttemptAt} />)
  },
  { label: 'Happened', isMinor: true, cell: ({ occurredAt }) => <Time at={occurredAt} /> }
]

export const DeliveryTable = ({ deliveries, isOfOnePayment = false }: Props) => (
  <Table
    caption="Webhook deliveries"
    columns={isOfOnePayment ? columns : [...columns.slice(0, 1), payment, ...columns.slice(1)]}
    rows={deliveries}
    keyOf={({ id }) => id}
  />
)
