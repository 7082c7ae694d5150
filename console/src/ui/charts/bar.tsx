/** How much of a whole, 0 to 1. What it means is said beside it. */
export const Bar = ({ part }: { readonly part: number }) => (
  <svg className="bar-chart" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
    <rect className="track" width="100" height="1" />
    <rect className="fill" width={Math.min(1, Math.max(0, part)) * 100} height="1" />
  </svg>
)
