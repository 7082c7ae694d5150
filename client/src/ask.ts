import { callOf, type CallOptions } from './options.ts'
import type { Send, ServiceRequest } from './transport.ts'

/** Makes a request, and gives the body of its answer. @throws AegisPayError */
export type Ask = <T>(request: ServiceRequest, options?: CallOptions) => Promise<T>

export const asking =
  (send: Send): Ask =>
  async <T>(request: ServiceRequest, options: CallOptions = {}) => {
    const { body } = await send({ ...request, ...callOf(options) })
    return body as T
  }
