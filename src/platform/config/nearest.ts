/** The candidate that takes the fewest edits to become from the name: what was probably meant. */
export function nearest(name: string, candidates: readonly string[]): string {
  const ranked = candidates.map(candidate => ({ candidate, edits: distance(name, candidate) }))
  return ranked.reduce((best, next) => (next.edits < best.edits ? next : best)).candidate
}

/** Levenshtein's distance, one row at a time. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, above[j]! + 1, row[j - 1]! + 1))
    }
    above = row
  }
  return above[b.length]!
}
