import { useId, useRef } from 'react'
import type { LineFault } from './json-lines.ts'

interface Props {
  readonly label: string
  readonly text: string
  readonly faults: readonly LineFault[]
  readonly isReadOnly: boolean
  readonly onChange: (text: string) => void
}

/** A field for JSON with numbers of lines, and the faults beneath it, each of which leads to its line. */
export function JsonEditor({ label, text, faults, isReadOnly, onChange }: Props) {
  const area = useRef<HTMLTextAreaElement>(null)
  const list = useId()
  const lines = text.split('\n')
  const faulty = new Set(faults.map(({ line }) => line))
  const goTo = (line: number) => {
    const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0)
    area.current?.focus()
    area.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
  }
  return (
    <>
      <div className="editor">
        <pre aria-hidden="true">
          {lines.map((_line, i) => (
            <span key={i} className={faulty.has(i + 1) ? 'faulty' : undefined}>
              {i + 1}
              {'\n'}
            </span>
          ))}
        </pre>
        <textarea
          ref={area}
          aria-label={label}
          aria-describedby={list}
          aria-invalid={faults.length > 0}
          value={text}
          rows={Math.max(8, lines.length)}
          readOnly={isReadOnly}
          spellCheck={false}
          autoComplete="off"
          wrap="off"
          onChange={event => onChange(event.target.value)}
        />
      </div>
      <ul id={list} className="faults">
        {faults.map(({ line, message, path }) => (
          <li key={`${line} ${path} ${message}`}>
            <button type="button" onClick={() => goTo(line)}>
              Line {line}
            </button>{' '}
            {path !== '' && <code>{path}</code>} {message}
          </li>
        ))}
      </ul>
    </>
  )
}
