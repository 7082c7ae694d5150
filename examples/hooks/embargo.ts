// A guard: refuses payments of customers in some countries, and has an operator look at those whose country is not known.
// Set EMBARGO_COUNTRIES to ISO 3166-1 alpha-2 codes, separated by commas.
import { defineHooks } from 'aegispay/hooks'

const countries = new Set((process.env['EMBARGO_COUNTRIES'] ?? '').split(','))

export default defineHooks({
  guards: {
    embargo: {
      // Nobody else checks it: what cannot be judged in time waits for an operator.
      whenMissing: 'review',
      judge({ customer: { country } }) {
        if (country === null) return { allow: false, review: true, message: 'The country is not known.' }
        if (countries.has(country)) return { allow: false, message: `Nothing is sold to ${country}.` }
        return { allow: true }
      }
    }
  }
})
