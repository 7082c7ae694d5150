// Where the points of a chart lie, in a box of 100 by 100 whose origin is at the top left.

/** Of a value, its height; null where there is none. */
export const heightOf = (value: number | null, most: number): number | null =>
  value === null ? null : most <= 0 ? 100 : 100 - (value / most) * 100

/** A line through the values, in order and evenly spaced, which breaks off where there is none. */
export function linePath(values: readonly (number | null)[], most: number): string {
  const step = values.length > 1 ? 100 / (values.length - 1) : 0
  let isOn = false
  return values
    .map((value, i) => {
      const height = heightOf(value, most)
      if (height === null) {
        isOn = false
        return ''
      }
      const letter = isOn ? 'L' : 'M'
      isOn = true
      return `${letter}${round(i * step)} ${round(height)}`
    })
    .join('')
}

/** The next number up that people would write on an axis. */
export function ceilingOf(value: number): number {
  if (value <= 0) return 1
  const size = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map(step => step * size).find(step => step >= value)!
}

const round = (value: number): number => Math.round(value * 100) / 100
