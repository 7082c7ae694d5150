/**
 * The value that so many per cent of the values are not above (nearest rank).
 *
 * @param sorted ascending
 * @param percent above 0, up to 100
 * @returns NaN of no values
 */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? NaN
}
