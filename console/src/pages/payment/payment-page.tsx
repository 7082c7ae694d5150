import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { answer } from '../../api/client.ts'
import type { Payment, PaymentEvent } from '../../api/types.ts'
import { useSession } from '../../session/session.ts'
import { StatusBadge, words } from '../../ui/badge.tsx'
import { Id } from '../../ui/copy.tsx'
import { Json } from '../../ui/json.tsx'
import { Money } from '../../ui/money.tsx'
import { Facts, Page, Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Ago, Time } from '../../ui/time.tsx'
import { Actions } from './actions.tsx'
import { Attempts } from './attempts.tsx'
import { Deliveries } from './deliveries.tsx'
import { Refunds } from './refunds.tsx'
import { Routing } from './routing.tsx'
import { TimeSlider } from './time-slider.tsx'
import { Timeline } from './timeline.tsx'
import { useLivePayment } from './use-live-payment.ts'

export default function PaymentPage() {
  const { id = '' } = useParams()
  const { api, merchant } = useSession()
  const scope = ['payment', merchant?.id, id]
  const live = useLivePayment(scope, id)
  const path = { params: { path: { id } } }
  const payment = useQuery({
    queryKey: [...scope, 'now'],
    refetchInterval: live.everyMs,
    queryFn: ({ signal }) => answer(api.GET('/v1/payments/{id}', { ...path, signal }))
  })
  const version = payment.data?.version
  const events = useQuery({
    // Only a new version has new events.
    queryKey: [...scope, 'events', version],
    enabled: version !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => answer(api.GET('/v1/payments/{id}/events', { ...path, signal }))
  })
  return (
    <Page title="Payment" aside={<Id id={id} />}>
      <Loaded query={payment} what="the payment">
        {current => (
          <Loaded query={events} what="its history">
            {({ data }) => <History current={current} events={data} />}
          </Loaded>
        )}
      </Loaded>
    </Page>
  )
}

interface HistoryProps {
  readonly current: Payment
  readonly events: readonly PaymentEvent[]
}

/** The payment as it is, or as it was after one of its events, which stands in the URL. */
function History({ current, events }: HistoryProps) {
  const [search] = useSearchParams()
  const asked = Number(search.get('as_of') ?? current.version)
  const asOf = Number.isInteger(asked) && asked >= 1 && asked < current.version ? asked : null
  const isPast = asOf !== null
  return (
    <>
      <TimeSlider events={events} version={current.version} asOf={asOf} />
      <div className="columns">
        <div>
          {isPast ? <Past id={current.id} asOf={asOf} /> : <State payment={current} />}
          <Section title="Timeline">
            <Timeline events={events} asOf={asOf} currency={current.currency} />
          </Section>
        </div>
        <div>
          <Routing payment={current} asOf={asOf} />
          <Attempts events={events} asOf={asOf} currency={current.currency} />
          <Refunds payment={current} />
          <Deliveries paymentId={current.id} />
          <RawEvents events={events} />
        </div>
      </div>
    </>
  )
}

function Past({ id, asOf }: { readonly id: string; readonly asOf: number }) {
  const { api, merchant } = useSession()
  const past = useQuery({
    queryKey: ['payment', merchant?.id, id, 'as-of', asOf],
    // What was stays as it was.
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        api.GET('/v1/payments/{id}', { params: { path: { id }, query: { as_of: String(asOf) } }, signal })
      )
  })
  return (
    <Loaded query={past} what="what it was">
      {payment => <State payment={payment} isPast />}
    </Loaded>
  )
}

function State({ payment, isPast = false }: { readonly payment: Payment; readonly isPast?: boolean }) {
  const { amount, currency, authorizedAmount, capturedAmount, refundedAmount } = payment
  const money = (minor: number) => <Money amount={minor} currency={currency} />
  return (
    <Section
      title={isPast ? `As it was, version ${payment.version}` : 'Now'}
      aside={<StatusBadge status={payment.status} />}
    >
      {payment.failure !== undefined && (
        <p className="failure">
          <b>{words(payment.failure.stage)}:</b> {payment.failure.message} <code>{payment.failure.code}</code>
        </p>
      )}
      <Facts
        facts={[
          ['Amount', money(amount)],
          ['Authorized', money(authorizedAmount)],
          ['Captured', money(capturedAmount)],
          ['Refunded', money(refundedAmount)],
          ['Capture', payment.capture],
          ['Gateway', payment.gateway ?? '–'],
          [
            'Customer',
            `${payment.customer.id}${payment.customer.country === undefined ? '' : `, ${payment.customer.country}`}`
          ],
          ['Version', payment.version],
          ...(payment.operation === undefined
            ? []
            : [['Under way', `${payment.operation.kind}: ${words(payment.operation.status)}`] as const]),
          ...(payment.review === undefined ? [] : [['Review', <Review {...payment.review} />] as const]),
          ...(payment.description === undefined ? [] : [['Description', payment.description] as const]),
          ['Created', <Time at={payment.createdAt} />],
          ['Changed', <Time at={payment.updatedAt} />],
          ...Object.entries(payment.metadata).map(([name, value]) => [name, value] as const)
        ]}
      />
      {!isPast && <Actions payment={payment} />}
    </Section>
  )
}

const Review = ({ status, until }: NonNullable<Payment['review']>) => (
  <>
    {status}
    {status === 'pending' && until !== undefined && (
      <>
        , fails <Ago time={until} />
      </>
    )}
  </>
)

function RawEvents({ events }: { readonly events: readonly PaymentEvent[] }) {
  const [isShown, setShown] = useState(false)
  return (
    <Section
      title="Raw events"
      aside={
        <button type="button" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? 'Hide' : 'Show'}
        </button>
      }
    >
      {isShown ? (
        <Json value={events} label="Events as JSON" />
      ) : (
        <p className="hint">{events.length} events</p>
      )}
    </Section>
  )
}
