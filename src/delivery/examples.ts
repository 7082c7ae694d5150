// The examples of webhooks. A test sends them to a real service; ids are drawn, so that what is found by one is not there.
import { ApiError } from '../errors.ts'
import type { Example } from '../platform/http/description.ts'
import { problemOf } from '../platform/http/problem.ts'

type Examples = Readonly<Record<string, Example>>

const endpointId = `we_${'0'.repeat(32)}`
const noEndpoint = problemOf(new ApiError('webhook_endpoint_not_found'))
const noDelivery = problemOf(new ApiError('webhook_delivery_not_found'))

const ofUnknown = (more: Partial<Example> = {}): Examples => ({
  unknown: {
    summary: 'An endpoint that there is not',
    params: { id: endpointId },
    status: 404,
    answer: noEndpoint,
    ...more
  }
})

export const createExamples: Examples = {
  made: {
    summary: 'An endpoint for what ends payments',
    body: {
      url: 'https://shop.example/webhooks',
      description: 'the order system',
      eventTypes: ['payment.completed', 'payment.failed', 'payment.refunded']
    },
    status: 201
  },
  inside: {
    summary: 'An address inside',
    body: { url: 'https://10.0.0.7/webhooks' },
    status: 422,
    answer: problemOf(
      new ApiError('webhook_url_refused', { detail: 'Its address is not on the public internet.' })
    )
  }
}
export const listExamples: Examples = {
  page: { summary: 'The first page', query: { limit: '10' }, status: 200 }
}
export const findExamples: Examples = ofUnknown()
export const changeExamples: Examples = ofUnknown({ body: { status: 'paused' } })
export const deleteExamples: Examples = ofUnknown()
export const rotateExamples: Examples = ofUnknown({ body: { overlapSeconds: 3600 } })
export const testExamples: Examples = ofUnknown()
export const rangeExamples: Examples = ofUnknown({
  body: { from: '2026-11-02T09:00:00Z', to: '2026-11-02T10:00:00Z' }
})

export const deliveriesExamples: Examples = {
  failed: { summary: 'What could not be delivered', query: { status: 'failed' }, status: 200 }
}
const ofUnknownDelivery: Examples = {
  unknown: {
    summary: 'A delivery that there is not',
    params: { id: `msg_${'0'.repeat(32)}` },
    status: 404,
    answer: noDelivery
  }
}
export const deliveryExamples = ofUnknownDelivery
export const redeliverExamples = ofUnknownDelivery
