import { useSession } from '../session/session.ts'

/** Whose payments are shown. A merchant's own key shows its own. */
export function MerchantSwitch() {
  const { merchants, merchant, role, chooseMerchant } = useSession()
  if (role === 'merchant') return <span className="merchant">{merchant?.name}</span>
  if (merchants.length === 0) return <span className="merchant">no merchants yet</span>
  return (
    <label className="merchant">
      <span className="visually-hidden">Merchant</span>
      <select value={merchant?.id} onChange={event => chooseMerchant(event.target.value)}>
        {merchants.map(({ id, name }) => (
          <option key={id} value={id}>
            {name === id ? id : `${name} (${id})`}
          </option>
        ))}
      </select>
    </label>
  )
}
