// What is shown where there is nothing to show, or not yet, or no more.
import type { UseQueryResult } from '@tanstack/react-query'
import { useSyncExternalStore, type ReactNode } from 'react'
import { ProblemError } from '../api/problem.ts'
import { Ago } from './time.tsx'

export const Loading = ({ what }: { readonly what: string }) => (
  <p className="loading" role="status">
    Loading {what} …
  </p>
)

export const Empty = ({ children }: { readonly children: ReactNode }) => <p className="empty">{children}</p>

/** Why something could not be shown or done, with what helps to find it in the log. */
export function ProblemNote({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  const problem = error instanceof ProblemError ? error : null
  return (
    <div className="problem" role="alert">
      <p>
        <b>{problem === null ? 'The page failed.' : problem.message}</b>{' '}
        {problem === null ? error.message : problem.detail === problem.message ? '' : problem.detail}
      </p>
      {problem !== null && problem.faults.length > 0 && (
        <ul>
          {problem.faults.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {problem !== null && (
        <p className="hint">
          <code>{problem.code}</code>
          {problem.correlationId !== null && (
            <>
              {' '}
              · request <code>{problem.correlationId}</code>
            </>
          )}
        </p>
      )}
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}

interface LoadedProps<T> {
  readonly query: UseQueryResult<T>
  readonly what: string
  readonly children: (data: T) => ReactNode
}

/** What a query brought; what it brought before, marked as such, where it fails now. */
export function Loaded<T>({ query, what, children }: LoadedProps<T>) {
  const isOnline = useOnline()
  const { data, error, dataUpdatedAt, refetch } = query
  if (data === undefined) {
    if (error !== null) return <ProblemNote error={error} onRetry={() => void refetch()} />
    return isOnline ? <Loading what={what} /> : <Offline />
  }
  return (
    <>
      {error === null ? (
        !isOnline && <Offline since={dataUpdatedAt} />
      ) : (
        <Stale since={dataUpdatedAt} error={error} onRetry={() => void refetch()} />
      )}
      {children(data)}
    </>
  )
}

interface StaleProps {
  readonly since: number
  readonly error: Error
  readonly onRetry: () => void
}

const Stale = ({ since, error, onRetry }: StaleProps) => (
  <p className="stale" role="status">
    Shown as of <Ago time={since} />, since then: {error.message}{' '}
    <button type="button" onClick={onRetry}>
      Try again
    </button>
  </p>
)

const Offline = ({ since }: { readonly since?: number }) => (
  <p className="stale" role="status">
    This browser is offline.{' '}
    {since !== undefined && (
      <>
        Shown as of <Ago time={since} />.
      </>
    )}
  </p>
)

const useOnline = (): boolean =>
  useSyncExternalStore(
    changed => {
      globalThis.addEventListener('online', changed)
      globalThis.addEventListener('offline', changed)
      return () => {
        globalThis.removeEventListener('online', changed)
        globalThis.removeEventListener('offline', changed)
      }
    },
    () => navigator.onLine
  )
