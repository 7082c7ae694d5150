// A fraud check: large orders of customers whose merchant says that their account is new. The merchant puts the day on which
// the account was made into the payment's metadata, as accountCreated: "2026-01-31".
import { defineHooks } from 'aegispay/hooks'

const DAY_MS = 86_400_000

export default defineHooks({
  fraudChecks: {
    'young-customers': {
      check({ amount, metadata }) {
        const age_days = (Date.now() - Date.parse(metadata['accountCreated'] ?? '')) / DAY_MS
        // Also where no day is given, or one that is none.
        if (!(age_days < 7) || amount < 50_000) return null
        return { score: age_days < 1 ? 60 : 30, message: `The account is ${Math.floor(age_days)} days old.` }
      }
    }
  }
})
