// A fraud check that never comes back from a payment that says so.
import { defineHooks } from 'aegispay/hooks'

export default defineHooks({
  fraudChecks: {
    looping: {
      check({ metadata }) {
        while (metadata['loop'] === 'yes');
        return null
      }
    }
  }
})
