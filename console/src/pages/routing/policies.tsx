import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router'
import { useState, type SubmitEvent } from 'react'
import { answer } from '../../api/client.ts'
import type { RoutingPolicy } from '../../api/types.ts'
import { may, useSession } from '../../session/session.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'

const columns: readonly Column<RoutingPolicy>[] = [
  { label: 'Policy', cell: ({ id }) => <Link to={`/routing/${id}`}>{id}</Link> },
  { label: 'Rules', isNumeric: true, cell: ({ rules }) => rules?.length ?? 0 },
  {
    label: 'Choice',
    cell: ({ choice, weights }) => (weights === undefined ? 'priority' : (choice ?? 'best'))
  },
  { label: 'Variants', cell: ({ variants = [] }) => variants.map(({ name }) => name).join(', ') || '–' },
  {
    label: 'Exploration',
    isNumeric: true,
    cell: ({ exploration }) => (exploration === undefined ? '–' : `${exploration * 100} %`)
  }
]

export default function Policies() {
  const { api, role } = useSession()
  const policies = useQuery({
    queryKey: ['policies'],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/admin/routing-policies', { params: { query: { limit: '100' } }, signal }))
  })
  return (
    <Page title="Routing">
      <p className="lead">
        Which gateways payments go to. A merchant that names no policy has the one called <code>default</code>
        ; where there is none, the gateway with the lowest priority comes first.
      </p>
      <Loaded query={policies} what="policies">
        {({ data }) => (
          <div className="card">
            {data.length === 0 ? (
              <Empty>There is no policy.</Empty>
            ) : (
              <Table caption="Routing policies" columns={columns} rows={data} keyOf={({ id }) => id} />
            )}
          </div>
        )}
      </Loaded>
      {may(role, 'configure') && <NewPolicy />}
    </Page>
  )
}

function NewPolicy() {
  const navigate = useNavigate()
  const [id, setId] = useState('default')
  const open = (event: SubmitEvent) => {
    event.preventDefault()
    void navigate(`/routing/${encodeURIComponent(id)}`)
  }
  return (
    <form className="row" onSubmit={open}>
      <label>
        Id{' '}
        <input
          value={id}
          required
          pattern="[a-z0-9][a-z0-9\-]*"
          onChange={event => setId(event.target.value)}
        />
      </label>
      <button type="submit">Write another policy …</button>
    </form>
  )
}
