import { useState } from 'react'
import { may, reasonAgainst, useSession } from '../../session/session.ts'
import { Section } from '../../ui/page.tsx'
import { ActivateDialog } from './activate-dialog.tsx'
import { JsonEditor } from './json-editor.tsx'
import { syntaxFaults } from './json-lines.ts'
import { Replay } from './replay.tsx'
import { useValidation } from './use-validation.ts'

interface Props {
  readonly id: string
  /** Of the version that is edited; null where there is none yet. */
  readonly etag: string | null
  readonly saved: string
}

export function PolicyEditor({ id, etag, saved }: Props) {
  const { role } = useSession()
  const [text, setText] = useState(saved)
  const [isActivating, setActivating] = useState(false)
  const syntax = syntaxFaults(text)
  const isJson = syntax.length === 0
  const validation = useValidation(text, isJson)
  const faults = isJson ? validation.faults : syntax
  const isChanged = text !== saved
  const against = reasonAgainst(role, 'configure')
  return (
    <>
      <Section
        title={etag === null ? 'Not written yet' : `Version ${etag.replaceAll('"', '')}`}
        aside={
          <span className="hint">
            {isChanged ? 'changed here, not in force' : etag === null ? '' : 'in force'}
          </span>
        }
      >
        <JsonEditor
          label={`Policy ${id}`}
          text={text}
          faults={faults}
          isReadOnly={!may(role, 'configure')}
          onChange={setText}
        />
        {against === null ? (
          <div className="buttons start">
            <button type="button" disabled={!isChanged} onClick={() => setText(saved)}>
              Undo all
            </button>
            <button
              type="button"
              className="primary"
              disabled={faults.length > 0 || (!isChanged && etag !== null)}
              onClick={() => setActivating(true)}
            >
              Activate …
            </button>
            <span className="hint" role="status">
              {validation.said}
            </span>
          </div>
        ) : (
          <p className="hint">{against}</p>
        )}
        {isActivating && (
          <ActivateDialog id={id} etag={etag} text={text} onClose={() => setActivating(false)} />
        )}
      </Section>
      <Replay text={text} isValid={isJson && faults.length === 0} />
    </>
  )
}
