import { useState } from 'react'

/** Enough that no two intents share one, also where the page came unencrypted and there are no UUIDs. */
function draw(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return `console-${[...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')}`
}

/**
 * Idempotency keys of one intent, from the opening of a dialog to its end: sent again, the same request has the same key
 * and is done once; another amount is another intent.
 */
export function useIntent(): (terms: unknown) => string {
  const [keys] = useState(() => new Map<string, string>())
  return terms => {
    const which = JSON.stringify(terms)
    const key = keys.get(which) ?? draw()
    keys.set(which, key)
    return key
  }
}
