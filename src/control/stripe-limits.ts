// What a profile of a gateway at Stripe has to keep to. Stripe says nothing of it itself, so that nobody else would notice.

/**
 * Milliseconds. Whether a charge was made is found out among all that were made while the call may have been; when it may
 * have been is known by this, whatever the profile said at the time.
 */
export const GREATEST_SEND_WITHIN_MS = 120_000

/** Milliseconds for which Stripe promises to remember an idempotency key. */
export const GREATEST_IDEMPOTENCY_WINDOW_MS = 86_400_000
