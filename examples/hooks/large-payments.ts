// A listener: tells a chat about large payments. Set CHAT_WEBHOOK_URL to where messages are posted.
import { defineHooks } from 'aegispay/hooks'

const LARGE = 1_000_000

export default defineHooks({
  listeners: {
    'large-payments': {
      async onEvents(events) {
        for (const { type, data } of events) {
          if (type !== 'PaymentInitiated' || data.amount < LARGE) continue
          const response = await fetch(process.env['CHAT_WEBHOOK_URL']!, {
            method: 'POST',
            // An event may come twice; its id is the same then.
            headers: { 'content-type': 'application/json', 'idempotency-key': data.eventId },
            body: JSON.stringify({ text: `${data.paymentId}: ${data.amount} ${data.currency}` }),
            signal: AbortSignal.timeout(5_000)
          })
          // What is thrown has the same events come again.
          if (!response.ok) throw new Error(`the chat answered ${response.status}`)
        }
      }
    }
  }
})
