import { useQuery } from '@tanstack/react-query'
import { answer } from '../../api/client.ts'
import { useSession } from '../../session/session.ts'
import { Json } from '../../ui/json.tsx'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'

/** Who changed it, when and why. */
export function PolicyHistory({ id, etag }: { readonly id: string; readonly etag: string }) {
  const { api } = useSession()
  const history = useQuery({
    queryKey: ['policies', id, 'history', etag],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/v1/admin/routing-policies/{id}/history', { params: { path: { id }, query: {} }, signal })
      )
  })
  return (
    <Section title="History">
      <Loaded query={history} what="its history">
        {({ data }) => (
          <ol className="bare">
            {data.map(({ version, changedAt, changedBy, reason, document }) => (
              <li key={version}>
                <details>
                  <summary>
                    Version {version} · <Time at={changedAt} /> · {changedBy}
                    {reason !== null && ` · “${reason}”`}
                  </summary>
                  <Json value={document} label={`Version ${version}`} />
                </details>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Section>
  )
}
