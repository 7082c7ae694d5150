import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { Page } from '../../ui/page.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'

const EVERY_MS = 5_000

interface Listed<T> {
  readonly data: readonly T[]
  readonly nextCursor: string | null
}

interface Props<T> {
  /** Of what is read, for whoever else reads it. */
  readonly name: string
  readonly title: string
  readonly lead: ReactNode
  /** What is listed, in a sentence. */
  readonly what: string
  readonly caption: string
  readonly nothing: string
  readonly columns: readonly Column<T>[]
  readonly read: (query: { readonly cursor?: string }, signal: AbortSignal) => Promise<Listed<T>>
}

/** The payments of all merchants that wait for somebody. */
export function Queue<T extends { readonly paymentId: string }>(props: Props<T>) {
  const { name, title, lead, what, caption, nothing, columns, read } = props
  const [search] = useSearchParams()
  const cursor = search.get('cursor')
  const waiting = useQuery({
    queryKey: [name, cursor],
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => read(cursor === null ? {} : { cursor }, signal)
  })
  return (
    <Page title={title}>
      <p className="lead">{lead}</p>
      <Loaded query={waiting} what={what}>
        {({ data, nextCursor }) => (
          <div className="card">
            {data.length === 0 ? (
              <Empty>{nothing}</Empty>
            ) : (
              <Table caption={caption} columns={columns} rows={data} keyOf={item => item.paymentId} />
            )}
            <Pager nextCursor={nextCursor} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}
