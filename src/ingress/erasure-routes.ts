import type { ContactKey } from '../customers/contact-key.ts'
import { limits } from '../domain/payment/limits.ts'
import { ApiError } from '../errors.ts'
import { authenticateRoutes, type KeyDirectory } from '../platform/http/authentication.ts'
import type { Late } from '../platform/http/late.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { eraseCustomerSchema } from './route-schemas.ts'
import { stored } from './stored.ts'

/** What the route needs of the running role. */
export interface ErasureService {
  readonly keys: KeyDirectory
  readonly erase: (key: ContactKey, erasedBy: string) => Promise<ErasureAnswer>
}

interface ErasureAnswer {
  /** Null when nobody knows. */
  readonly wasHeld: boolean | null
  /** Whether reads show it. */
  readonly isApplied: boolean
}

/** The route that erases a customer's contact details. It needs no idempotency key: twice erased is erased. */
export function erasureRoutes(app: HttpApp, service: Late<ErasureService>): void {
  authenticateRoutes(app, () => service.get().keys)

  app.delete('/v1/customers/:id', { schema: eraseCustomerSchema }, async (request, reply) => {
    const { id: customerId } = request.params
    if (customerId.length > limits.customerIdLength || customerId.includes('\0'))
      throw new ApiError('customer_not_found')
    const { merchantId, apiKeyId } = request
    const { wasHeld, isApplied } = await stored(
      service.get().erase({ merchantId, customerId }, `key:${apiKeyId}`)
    )
    if (wasHeld === false) throw new ApiError('customer_not_found')
    return reply.code(isApplied ? 204 : 202).send()
  })
}
