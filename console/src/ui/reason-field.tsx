import type { ReactNode } from 'react'
import { Field } from './field.tsx'

interface Props {
  readonly hint: ReactNode
  readonly isRequired?: boolean
  readonly typed: string
  readonly onType: (typed: string) => void
}

const LONGEST = 500

export const ReasonField = ({ hint, isRequired = false, typed, onType }: Props) => (
  <Field label={isRequired ? 'Reason' : 'Reason, if you like'} hint={hint}>
    {ties => (
      <textarea
        {...ties}
        value={typed}
        rows={2}
        maxLength={LONGEST}
        required={isRequired}
        onChange={event => onType(event.target.value)}
      />
    )}
  </Field>
)
