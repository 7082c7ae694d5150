import { useEffect, useRef, type SubmitEvent } from 'react'
import { useLocation } from 'react-router'
import { exponents } from '../../money/exponents.ts'
import { words } from '../../ui/badge.tsx'
import { isSearch } from '../../shell/search.ts'
import { Field } from '../../ui/field.tsx'
import { FILTERS, STATUSES, type FilterFaults } from './filters.ts'

interface Props {
  readonly search: URLSearchParams
  readonly faults: FilterFaults
  readonly onSearch: (search: URLSearchParams) => void
}

/** What was typed in goes to the URL when it is asked for, and from there to the list. */
export function FilterForm({ search, faults, onSearch }: Props) {
  const field = useRef<HTMLInputElement>(null)
  const location = useLocation()
  const state: unknown = location.state
  useEffect(() => {
    if (isSearch(state)) field.current?.focus()
  }, [location.key, state])
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const typed = new FormData(event.currentTarget)
    const wanted = new URLSearchParams()
    for (const name of FILTERS) {
      const values = typed.getAll(name).filter(value => typeof value === 'string' && value.trim() !== '')
      if (values.length > 0) wanted.set(name, values.map(value => (value as string).trim()).join(','))
    }
    onSearch(wanted)
  }
  const value = (name: string) => search.get(name) ?? ''
  const statuses = value('status').split(',')
  const isNarrowed = FILTERS.some(name => !['q', 'cursor'].includes(name) && search.has(name))
  return (
    <form className="card filters" role="search" onSubmit={submit}>
      <div className="row">
        <label className="grow">
          <span className="visually-hidden">Search payments</span>
          <input
            ref={field}
            name="q"
            type="search"
            defaultValue={value('q')}
            placeholder="Words of description, metadata or customer; or a payment id"
          />
        </label>
        <button type="submit" className="primary">
          Search
        </button>
        {(isNarrowed || search.has('q')) && (
          <button type="button" onClick={() => onSearch(new URLSearchParams())}>
            Clear
          </button>
        )}
      </div>
      <details open={isNarrowed}>
        <summary>Filters</summary>
        <fieldset className="statuses">
          <legend>Status</legend>
          {STATUSES.map(status => (
            <label key={status}>
              <input
                type="checkbox"
                name="status"
                value={status}
                defaultChecked={statuses.includes(status)}
              />{' '}
              {words(status)}
            </label>
          ))}
        </fieldset>
        <div className="fields">
          <Field label="Customer">
            {ties => <input {...ties} name="customer" defaultValue={value('customer')} />}
          </Field>
          <Field label="Gateway">
            {ties => <input {...ties} name="gateway" defaultValue={value('gateway')} />}
          </Field>
          <Field label="Currency" fault={faults['currency'] ?? null}>
            {ties => (
              <select {...ties} name="currency" defaultValue={value('currency')}>
                <option value="">any</option>
                {Object.keys(exponents).map(code => (
                  <option key={code}>{code}</option>
                ))}
              </select>
            )}
          </Field>
          <Field label="At least" fault={faults['min'] ?? null}>
            {ties => <input {...ties} name="min" inputMode="decimal" defaultValue={value('min')} />}
          </Field>
          <Field label="At most" fault={faults['max'] ?? null}>
            {ties => <input {...ties} name="max" inputMode="decimal" defaultValue={value('max')} />}
          </Field>
          <Field label="Created from" fault={faults['from'] ?? null}>
            {ties => <input {...ties} name="from" type="datetime-local" defaultValue={value('from')} />}
          </Field>
          <Field label="Created before" fault={faults['to'] ?? null}>
            {ties => <input {...ties} name="to" type="datetime-local" defaultValue={value('to')} />}
          </Field>
          <Field label="Order">
            {ties => (
              <select {...ties} name="sort" defaultValue={value('sort')}>
                <option value="">newest first</option>
                <option value="createdAt">oldest first</option>
              </select>
            )}
          </Field>
        </div>
      </details>
    </form>
  )
}
