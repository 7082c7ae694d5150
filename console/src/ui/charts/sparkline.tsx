import { ceilingOf, linePath } from './series.ts'

interface Props {
  readonly values: readonly (number | null)[]
}

/** How something has been lately, without figures: those stand beside it. */
export const Sparkline = ({ values }: Props) => (
  <svg className="sparkline" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
    <path d={linePath(values, ceilingOf(Math.max(0, ...values.map(value => value ?? 0))))} />
  </svg>
)
