import { formatMoney } from '../money/money.ts'

interface MoneyProps {
  /** Minor units. */
  readonly amount: number
  readonly currency: string
}

export const Money = ({ amount, currency }: MoneyProps) => (
  <span className="money">{formatMoney(amount, currency)}</span>
)
