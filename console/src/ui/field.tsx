import { useId, type ReactElement, type ReactNode } from 'react'

interface FieldProps {
  readonly label: string
  readonly hint?: ReactNode
  readonly fault?: string | null
  /** Is given what ties it to the label. */
  readonly children: (ties: Ties) => ReactElement
}

interface Ties {
  readonly id: string
  readonly 'aria-describedby': string
  readonly 'aria-invalid': boolean
}

export function Field({ label, hint, fault = null, children }: FieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-hint`, 'aria-invalid': fault !== null })}
      <p id={`${id}-hint`} className={fault === null ? 'hint' : 'fault'}>
        {fault ?? hint}
      </p>
    </div>
  )
}
