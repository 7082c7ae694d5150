/** The next number up that people would write on an axis. */
export function ceilingOf(value: number): number {
  if (value <= 0) return 1
  const size = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map(step => step * size).find(step => step >= value)!
}
