import { Link, useSearchParams } from 'react-router'

interface PagerProps {
  readonly nextCursor: string | null
}

/** Pages follow each other by their cursors, which stand in the URL: the way back is the browser's. */
export function Pager({ nextCursor }: PagerProps) {
  const [search] = useSearchParams()
  const isFirst = !search.has('cursor')
  if (isFirst && nextCursor === null) return null
  return (
    <nav className="pager" aria-label="Pages of the list">
      {isFirst ? <span /> : <Link to={{ search: withCursor(search, null) }}>« First page</Link>}
      {nextCursor === null ? (
        <span />
      ) : (
        <Link to={{ search: withCursor(search, nextCursor) }}>Next page »</Link>
      )}
    </nav>
  )
}

function withCursor(search: URLSearchParams, cursor: string | null): string {
  const copy = new URLSearchParams(search)
  if (cursor === null) copy.delete('cursor')
  else copy.set('cursor', cursor)
  return copy.toString()
}
