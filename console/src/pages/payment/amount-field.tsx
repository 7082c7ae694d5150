import { toMinor } from '../../money/money.ts'
import { Field } from '../../ui/field.tsx'
import { Money } from '../../ui/money.tsx'

interface Props {
  readonly label: string
  readonly currency: string
  /** The most that it may be, in minor units. */
  readonly most: number
  readonly typed: string
  readonly onType: (typed: string) => void
}

/** Minor units; a text says what is wrong with what was typed in. */
export function amountOf(typed: string, currency: string, most: number): number | string {
  const amount = toMinor(typed, currency)
  if (!amount.ok) return amount.fault
  if (amount.minor === 0) return 'More than nothing.'
  return amount.minor > most ? 'That is more than there is.' : amount.minor
}

export function AmountField({ label, currency, most, typed, onType }: Props) {
  const amount = amountOf(typed, currency, most)
  return (
    <Field
      label={`${label} (${currency})`}
      fault={typeof amount === 'string' ? amount : null}
      hint={
        <>
          At most <Money amount={most} currency={currency} />.
        </>
      }
    >
      {ties => (
        <input
          {...ties}
          value={typed}
          inputMode="decimal"
          autoComplete="off"
          autoFocus
          required
          onChange={event => onType(event.target.value)}
        />
      )}
    </Field>
  )
}
