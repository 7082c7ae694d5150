import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { answer } from '../../api/client.ts'
import type { DeadLetterSummary } from '../../api/types.ts'
import { useSession } from '../../session/session.ts'
import { Badge } from '../../ui/badge.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'

const EVERY_MS = 10_000

const columns: readonly Column<DeadLetterSummary>[] = [
  {
    label: 'Letter',
    cell: ({ id }) => (
      <Link to={`/dead-letters/${id}`} className="mono">
        {id}
      </Link>
    )
  },
  {
    label: 'Why',
    cell: ({ code, detail }) => (
      <>
        <Badge tone="bad">{code}</Badge> {detail}
      </>
    )
  },
  {
    label: 'From',
    isMinor: true,
    cell: ({ topic, partition, offset }) => (
      <>
        <span className="whole">{topic}</span> {partition}/{offset}
      </>
    )
  },
  { label: 'Put aside', cell: ({ at }) => <Time at={at} /> },
  {
    label: 'Redriven',
    cell: ({ redrivenAt, redrivenBy }) =>
      redrivenAt === null ? (
        '–'
      ) : (
        <>
          <Time at={redrivenAt} /> {redrivenBy}
        </>
      )
  }
]

export default function DeadLetters() {
  const { api } = useSession()
  const [search, setSearch] = useSearchParams()
  const cursor = search.get('cursor')
  const isAll = search.get('all') === 'true'
  const query = { ...(cursor === null ? {} : { cursor }), ...(isAll ? {} : { open: 'true' as const }) }
  const letters = useQuery({
    queryKey: ['dead-letters', query],
    placeholderData: keepPreviousData,
    refetchInterval: cursor === null ? EVERY_MS : false,
    queryFn: ({ signal }) => answer(api.GET('/v1/admin/dead-letters', { params: { query }, signal }))
  })
  return (
    <Page title="Dead letters">
      <p className="lead">
        Records that could not be processed and were put aside, so that what comes behind them goes on. Once
        the cause is mended one can be redriven: written to the topic that it came from again.
      </p>
      <Section
        title={isAll ? 'All' : 'Not redriven'}
        aside={
          <label>
            <input
              type="checkbox"
              checked={isAll}
              onChange={event => setSearch(event.target.checked ? { all: 'true' } : {})}
            />{' '}
            also those that were redriven
          </label>
        }
      >
        <Loaded query={letters} what="dead letters">
          {({ data, nextCursor }) => (
            <>
              {data.length === 0 ? (
                <Empty>Nothing was put aside.</Empty>
              ) : (
                <Table caption="Dead letters" columns={columns} rows={data} keyOf={({ id }) => id} />
              )}
              <Pager nextCursor={nextCursor} />
            </>
          )}
        </Loaded>
      </Section>
    </Page>
  )
}
