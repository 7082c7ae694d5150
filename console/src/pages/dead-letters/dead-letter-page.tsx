import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useParams } from 'react-router'
import { answer } from '../../api/client.ts'
import { may, reasonAgainst, useSession } from '../../session/session.ts'
import { Badge, words } from '../../ui/badge.tsx'
import { Json } from '../../ui/json.tsx'
import { Facts, Page, Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { RedriveDialog } from './redrive-dialog.tsx'

const refusals: Readonly<Record<string, string>> = {
  topic_unknown: 'It came from a topic that is no input of this installation.',
  value_missing: 'The record has no value, and never had one.',
  value_withheld: 'It does not carry its record. See where that stood.',
  card_number: 'It holds what looks like a card number.'
}

/** Why it cannot be redriven: a code of which no more is known is what the record would be put aside for again. */
const refused = (code: string): string => refusals[code] ?? `It would be put aside again: ${words(code)}.`

export default function DeadLetterPage() {
  const { id = '' } = useParams()
  const { api, role } = useSession()
  const [isRedriving, setRedriving] = useState(false)
  const letter = useQuery({
    queryKey: ['dead-letters', id],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/admin/dead-letters/{id}', { params: { path: { id } }, signal }))
  })
  return (
    <Page title={`Dead letter ${id}`}>
      <Loaded query={letter} what="the dead letter">
        {({ code, detail, at, topic, partition, offset, key, type, headers, value, redriven, refusal }) => {
          const against = refusal === null ? reasonAgainst(role, 'decide') : refused(refusal)
          return (
            <>
              <Section title="Why" aside={<Badge tone="bad">{code}</Badge>}>
                <p>{detail}</p>
                <Facts
                  facts={[
                    ['Put aside', <Time at={at} />],
                    ['From', `${topic} ${partition}/${offset}`],
                    ['Type', type ?? 'cannot be decoded'],
                    ['Key', key ?? '–']
                  ]}
                />
                <div className="buttons start">
                  <button
                    type="button"
                    disabled={refusal !== null || !may(role, 'decide')}
                    onClick={() => setRedriving(true)}
                  >
                    {redriven.length === 0 ? 'Redrive …' : 'Redrive again …'}
                  </button>
                </div>
                {against !== null && <p className="hint">{against}</p>}
              </Section>
              <Section title="Redriven">
                {redriven.length === 0 ? (
                  <Empty>It was not.</Empty>
                ) : (
                  <ol className="bare">
                    {redriven.map(({ at: when, by, reason, to }) => (
                      <li key={when}>
                        <Time at={when} /> by {by} to <code>{to}</code>: “{reason}”
                      </li>
                    ))}
                  </ol>
                )}
              </Section>
              <Section title="Record">
                {value === null || value === undefined ? (
                  <Empty>The letter does not carry it.</Empty>
                ) : (
                  <>
                    {type === null && (
                      <p className="hint">It cannot be decoded: these are its bytes in base64.</p>
                    )}
                    <Json value={value} label="The record" />
                  </>
                )}
                <details>
                  <summary>Headers</summary>
                  <Json value={headers} label="Its headers" />
                </details>
              </Section>
              {isRedriving && (
                <RedriveDialog id={id} isAgain={redriven.length > 0} onClose={() => setRedriving(false)} />
              )}
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
