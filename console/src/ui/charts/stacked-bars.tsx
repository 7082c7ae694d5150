import { useId, type ReactNode } from 'react'
import { ceilingOf } from './series.ts'

export interface Stack {
  /** Tells it apart, and says when or where. */
  readonly label: string
  /** One for each series. */
  readonly values: readonly number[]
}

interface Props {
  readonly title: string
  readonly series: readonly string[]
  readonly stacks: readonly Stack[]
  readonly format: (value: number) => ReactNode
}

/** So many have room for their labels, each beneath its own. */
const FEW = 4

/** A bar for each stack, with its parts one upon the other; the same as a table for those who want figures. */
export function StackedBars({ title, series, stacks, format }: Props) {
  const id = useId()
  const totals = stacks.map(({ values }) => values.reduce((sum, value) => sum + value, 0))
  const most = ceilingOf(Math.max(0, ...totals))
  const width = 100 / Math.max(1, stacks.length)
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption id={id} className="visually-hidden">
        {title}
      </figcaption>
      <Legend series={series} />
      <div className="plot">
        <span className="axis">{format(most)}</span>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          {stacks.map(({ label, values }, i) => {
            let top = 100
            return (
              <g key={label}>
                <title>{label}</title>
                {values.map((value, j) => {
                  const height = (value / most) * 100
                  top -= height
                  return (
                    <rect
                      key={series[j]}
                      className={`series-${j + 1}`}
                      x={i * width + width * 0.1}
                      y={top}
                      width={width * 0.8}
                      height={height}
                    />
                  )
                })}
              </g>
            )
          })}
        </svg>
        <span className="axis">0</span>
      </div>
      <div className={stacks.length > FEW ? 'ends' : 'ends each'}>
        {(stacks.length > FEW ? [stacks[0]!, stacks.at(-1)!] : stacks).map(({ label }) => (
          <span key={label}>{label}</span>
        ))}
      </div>
      <Figures title={title} series={series} stacks={stacks} format={format} />
    </figure>
  )
}

export const Legend = ({ series }: { readonly series: readonly string[] }) => (
  <ul className="legend">
    {series.map((name, i) => (
      <li key={name}>
        <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
          <rect className={`series-${i + 1}`} width="10" height="10" rx="2" />
        </svg>{' '}
        {name}
      </li>
    ))}
  </ul>
)

const Figures = ({ title, series, stacks, format }: Props) => (
  <details>
    <summary>As figures</summary>
    <div className="figures-table" tabIndex={0} role="region" aria-label={`${title}, as figures`}>
      <table className="plain-table">
        <thead>
          <tr>
            <td />
            {series.map(name => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stacks.map(({ label, values }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {values.map((value, i) => (
                <td key={series[i]}>{format(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
)
