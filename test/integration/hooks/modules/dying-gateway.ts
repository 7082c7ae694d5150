// The example's gateway, but that its thread ends once it has charged.
import { defineHooks } from 'aegispay/hooks'
import acme from '../../../../examples/hooks/acme-gateway.ts'

const adapter = acme.gateways.acme

export default defineHooks({
  gateways: {
    dying: {
      open(profile, access) {
        const gateway = adapter.open(profile, access)
        return {
          ...gateway,
          async perform(call) {
            await gateway.perform(call)
            return process.exit(1)
          }
        }
      },
      notifications: adapter.notifications
    }
  }
})
