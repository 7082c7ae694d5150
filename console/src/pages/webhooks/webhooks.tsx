import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { answer } from '../../api/client.ts'
import { useSession } from '../../session/session.ts'
import { Page, Section } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { DeliveryTable } from './delivery-table.tsx'
import { Endpoints } from './endpoints.tsx'

const EVERY_MS = 5_000
const STATUSES = ['pending', 'delivered', 'failed'] as const

export default function Webhooks() {
  const { api, merchant } = useSession()
  const [search, setSearch] = useSearchParams()
  const status = STATUSES.find(one => one === search.get('status'))
  const endpoint = search.get('endpoint')
  const cursor = search.get('cursor')
  const query = {
    ...(status === undefined ? {} : { status }),
    ...(endpoint === null ? {} : { endpoint }),
    ...(cursor === null ? {} : { cursor })
  }
  const deliveries = useQuery({
    queryKey: ['deliveries', merchant?.id, query],
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => answer(api.GET('/v1/webhook-deliveries', { params: { query }, signal }))
  })
  const narrow = (name: string, value: string) => {
    const wanted = new URLSearchParams(search)
    wanted.delete('cursor')
    if (value === '') wanted.delete(name)
    else wanted.set(name, value)
    setSearch(wanted)
  }
  return (
    <Page title="Webhooks">
      <Endpoints chosen={endpoint} onChoose={id => narrow('endpoint', id ?? '')} />
      <Section
        title="Deliveries"
        aside={
          <label>
            <span className="visually-hidden">Status</span>
            <select value={status ?? ''} onChange={event => narrow('status', event.target.value)}>
              <option value="">any status</option>
              {STATUSES.map(one => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        }
      >
        <Loaded query={deliveries} what="deliveries">
          {({ data, nextCursor }) => (
            <>
              {data.length === 0 ? (
                <Empty>There is no such delivery.</Empty>
              ) : (
                <DeliveryTable deliveries={data} />
              )}
              <Pager nextCursor={nextCursor} />
            </>
          )}
        </Loaded>
      </Section>
    </Page>
  )
}
