import { defineHooks } from 'aegispay/hooks'

export default defineHooks({
  listeners: {
    throwing: {
      onEvents() {
        throw new Error('always')
      }
    },
    looping: {
      onEvents() {
        for (;;);
      }
    }
  }
})
