import { createHmac } from 'node:crypto'

/** The gateway that is like Stripe. */
export const STRIPE_GATEWAY = 'sandbox-stripe'

/** As Stripe documents it; without its SDK, so that each is tried against the other. */
export function signedByStripe(secret: string, _id: string, sentAt: Date, body: string) {
  const t = Math.floor(sentAt.getTime() / 1000)
  const signature = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
  return { 'stripe-signature': `t=${t},v1=${signature}` }
}
