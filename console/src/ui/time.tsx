import { useEffect, useState } from 'react'

const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const today = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

/** The reader's time; in the title the exact one, in UTC. */
export function Time({ at }: { readonly at: string }) {
  const date = new Date(at)
  const isToday = date.toDateString() === new Date().toDateString()
  return (
    <time dateTime={at} title={date.toISOString()}>
      {(isToday ? today : whole).format(date)}
    </time>
  )
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000]
] as const

/** How long ago, or how soon. */
export function Ago({ time }: { readonly time: number | string }) {
  const at = typeof time === 'number' ? time : Date.parse(time)
  const now = useNow()
  const [unit, size] = UNITS.find(([, ms]) => Math.abs(at - now) >= ms) ?? ['second', 1_000]
  return (
    <time dateTime={new Date(at).toISOString()} title={new Date(at).toISOString()}>
      {relative.format(Math.round((at - now) / size), unit)}
    </time>
  )
}

/** Epoch milliseconds, kept up to date. */
function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5_000)
    return () => clearInterval(timer)
  }, [])
  return now
}

export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 86_400_000 * 2) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} days`
}
