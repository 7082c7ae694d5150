import { useQuery } from '@tanstack/react-query'
import { answer } from '../../api/client.ts'
import { useSession } from '../../session/session.ts'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { DeliveryTable } from '../webhooks/delivery-table.tsx'

const EVERY_MS = 5_000

/** What merchants' servers were told of the payment. */
export function Deliveries({ paymentId }: { readonly paymentId: string }) {
  const { api, merchant } = useSession()
  const deliveries = useQuery({
    queryKey: ['deliveries', merchant?.id, { payment: paymentId }],
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) =>
      answer(
        api.GET('/v1/webhook-deliveries', { params: { query: { payment: paymentId, limit: '50' } }, signal })
      )
  })
  return (
    <Section title="Webhooks">
      <Loaded query={deliveries} what="webhooks">
        {({ data }) =>
          data.length === 0 ? (
            <Empty>Nobody was to be told.</Empty>
          ) : (
            <DeliveryTable deliveries={data} isOfOnePayment />
          )
        }
      </Loaded>
    </Section>
  )
}
