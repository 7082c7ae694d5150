// A routing signal: at night, UTC, one gateway gives a discount. How much that counts is said by the routing policy:
// "weights": { "approval": 1, "cost": 1, "signals": { "cheap-nights": 0.01 } }. Set CHEAP_GATEWAY to the id of the gateway.
import { defineHooks } from 'aegispay/hooks'

export default defineHooks({
  routingSignals: {
    'cheap-nights': {
      rate(_payment, gateways) {
        const cheap = process.env['CHEAP_GATEWAY']
        const [from = 22, until = 6] = (process.env['CHEAP_HOURS'] ?? '22-6').split('-').map(Number)
        const hour = new Date().getUTCHours()
        const isNight = from <= until ? hour >= from && hour < until : hour >= from || hour < until
        if (!isNight || cheap === undefined || !gateways.includes(cheap)) return {}
        return { [cheap]: 1 }
      }
    }
  }
})
