import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { answerWithHeaders } from '../../api/client.ts'
import { ProblemError } from '../../api/problem.ts'
import { useSession } from '../../session/session.ts'
import { Page } from '../../ui/page.tsx'
import { Loaded } from '../../ui/states.tsx'
import { PolicyEditor } from './policy-editor.tsx'
import { PolicyHistory } from './policy-history.tsx'

export default function PolicyPage() {
  const { id = '' } = useParams()
  const { api } = useSession()
  const policy = useQuery({
    queryKey: ['policies', id],
    // What is edited must not change beneath the editor's hands.
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      try {
        const asking = api.GET('/v1/admin/routing-policies/{id}', { params: { path: { id } }, signal })
        const { data, headers } = await answerWithHeaders(asking)
        return { etag: headers.get('etag'), text: JSON.stringify(data, null, 2) }
      } catch (error) {
        if (!(error instanceof ProblemError && error.code === 'document_not_found')) throw error
        return { etag: null, text: JSON.stringify({ id }, null, 2) }
      }
    }
  })
  return (
    <Page title={`Policy ${id}`}>
      <Loaded query={policy} what="the policy">
        {({ etag, text }) => (
          <>
            <PolicyEditor key={etag} id={id} etag={etag} saved={text} />
            {etag !== null && <PolicyHistory id={id} etag={etag} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}
