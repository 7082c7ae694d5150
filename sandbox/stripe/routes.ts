import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Effect, Ledger } from '../ledger.ts'
import { ApiError, invalidRequest, missing } from './api-error.ts'
import { Form } from './form.ts'
import { behaviourOf, brokenDown, tooMany, type StripeGateway } from './gateway.ts'
import type { PaymentMethodBehaviour } from './payment-methods.ts'
import type { Store } from './store.ts'
import { STRIPE_GATEWAY } from './webhook-signature.ts'

interface StripeRouteParts {
  readonly ledger: Ledger
  readonly store: Store
  readonly gateway: StripeGateway
  /** What a slow payment method takes, milliseconds. */
  readonly slowMs: number
  /** How far the index of the search is behind, milliseconds. */
  readonly searchLagMs: number
  readonly whenClosing: (close: () => void) => void
}

interface ById {
  readonly Params: { readonly id: string }
}

const CREATE = [
  ...['amount', 'currency', 'payment_method', 'payment_method_types[0]', 'capture_method', 'confirm'],
  ...['return_url', 'metadata']
]
const CAPTURE = ['amount_to_capture', 'metadata']
const REFUND = ['payment_intent', 'amount', 'metadata']
const PAGING = ['limit', 'starting_after']
const SEARCH = /^metadata\["([^"\\]+)"\]:"((?:[^"\\]|\\.)*)"$/

/** What Stripe is asked for over HTTP, of that what the adapter uses: below `/stripe`. */
export function stripeRoutes(app: FastifyInstance, parts: StripeRouteParts): void {
  const { ledger, store, gateway, slowMs, searchLagMs } = parts
  const inProgress = new Set<string>()
  /** Of callers that never get an answer. */
  const ignored = new Set<Socket>()
  let isClosing = false
  parts.whenClosing(() => {
    isClosing = true
    for (const socket of ignored) socket.destroy()
  })

  app.removeContentTypeParser('application/x-www-form-urlencoded')
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, body)
  )
  app.addHook('onRequest', (request, _reply, done) => {
    const isKnown = /^Bearer (sk|rk)_/.test(request.headers.authorization ?? '')
    const isFree = isKnown || request.url.includes('/customer-actions/')
    const message = 'You did not provide an API key.'
    done(isFree ? undefined : new ApiError(401, { type: 'invalid_request_error', message }))
  })
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof ApiError) return reply.code(error.status).send({ error: error.body })
    return reply.code(500).send({ error: { type: 'api_error', message: (error as Error).message } })
  })

  /** Answers under the request's key, once. */
  async function keyed(
    request: FastifyRequest,
    reply: FastifyReply,
    form: Form,
    effect: (key: string) => Effect | null,
    answers: PaymentMethodBehaviour['answers']
  ): Promise<FastifyReply> {
    const key = request.headers['idempotency-key']
    if (typeof key !== 'string' || key === '' || key.length > 255)
      throw invalidRequest('The idempotency key has 1 to 255 characters.')
    if (inProgress.has(key)) {
      const code = 'idempotency_key_in_use'
      const message = 'There is another request in progress with this key.'
      throw new ApiError(409, { type: 'idempotency_error', code, message })
    }
    inProgress.add(key)
    try {
      const fingerprint = JSON.stringify([request.url, form.fingerprint])
      const answered = await ledger.answerOnce(
        { gateway: STRIPE_GATEWAY, idempotencyKey: key, fingerprint },
        () => effect(key)
      )
      if (answered.key === 'REUSED_FOR_ANOTHER_REQUEST') {
        const message = 'Keys for idempotent requests can only be used with the same parameters.'
        throw new ApiError(400, { type: 'idempotency_error', message })
      }
      const isReplayed = answered.key === 'REPLAYED'
      if (answers === 'NEVER' && !isReplayed) return await ignore(reply)
      if (answers === 'SLOWLY') await delay(slowMs)
      if (answers === 'WITH_429') throw tooMany
      if (answers === 'WITH_500' || answered.key === 'UNTOUCHED') throw brokenDown
      return await reply
        .code(answered.answer.status)
        .header('idempotent-replayed', String(isReplayed))
        .type('application/json')
        .send(answered.answer.body)
    } finally {
      inProgress.delete(key)
    }
  }

  /** Keeps the caller waiting until it gives up. */
  async function ignore(reply: FastifyReply): Promise<FastifyReply> {
    const { socket } = reply.raw
    reply.hijack()
    if (socket === null || isClosing) {
      socket?.destroy()
      return reply
    }
    ignored.add(socket)
    await new Promise(closed => socket.once('close', closed))
    ignored.delete(socket)
    return reply
  }

  app.post('/v1/payment_intents', (request, reply) => {
    const form = new Form(bodyOf(request), CREATE)
    if (form.needed('confirm') !== 'true') throw invalidRequest('Only what is confirmed at once.')
    const captureMethod = form.get('capture_method') ?? 'automatic'
    if (captureMethod !== 'automatic' && captureMethod !== 'manual')
      throw invalidRequest('Invalid capture_method.', { param: 'capture_method' })
    const currency = form.needed('currency')
    if (!/^[a-z]{3}$/.test(currency))
      throw invalidRequest(`Invalid currency: ${currency}`, { param: 'currency' })
    form.needed('amount')
    form.needed('return_url')
    const asked = {
      ...({ amount: form.count('amount')!, currency, captureMethod, metadata: form.metadata() } as const),
      paymentMethod: form.needed('payment_method'),
      customerPage: `${request.protocol}://${request.host}/stripe/customer-actions`
    }
    const { answers } = behaviourOf(asked.paymentMethod)
    return keyed(request, reply, form, key => gateway.create({ ...asked, idempotencyKey: key }), answers)
  })

  app.post<ById>('/v1/payment_intents/:id/capture', (request, reply) => {
    const { id } = request.params
    const form = new Form(bodyOf(request), CAPTURE)
    const amount = form.count('amount_to_capture')
    const { capture } = behaviourOf(needed(id).payment_method ?? 'pm_card_visa')
    return keyed(request, reply, form, key => gateway.capture(id, key, amount, form.metadata()), capture)
  })

  app.post<ById>('/v1/payment_intents/:id/cancel', (request, reply) => {
    const { id } = request.params
    needed(id)
    const form = new Form(bodyOf(request), ['cancellation_reason'])
    return keyed(request, reply, form, key => gateway.cancel(id, key), undefined)
  })

  app.post('/v1/refunds', (request, reply) => {
    const form = new Form(bodyOf(request), REFUND)
    const intent = needed(form.needed('payment_intent'))
    const amount = form.count('amount')
    const { refund } = behaviourOf(intent.payment_method ?? 'pm_card_visa')
    const answers = refund === 'NEVER' && store.refundsOf(intent.id).length === 0 ? 'NEVER' : undefined
    return keyed(
      request,
      reply,
      form,
      key => gateway.refund(intent.id, key, amount, form.metadata()),
      answers
    )
  })

  app.get<ById>('/v1/payment_intents/:id', ({ params }) => needed(params.id))

  app.get('/v1/payment_intents', request => {
    const form = new Form(queryOf(request), [...PAGING, 'created[gte]', 'created[lte]'])
    const created = { gte: form.count('created[gte]') ?? 0, lte: form.count('created[lte]') ?? 1e12 }
    return page(store.intents(created), form, '/v1/payment_intents')
  })

  app.get('/v1/payment_intents/search', request => {
    const form = new Form(queryOf(request), ['query', 'limit'])
    const [, key, value] = SEARCH.exec(form.needed('query')) ?? []
    if (key === undefined || value === undefined) throw invalidRequest('Not a query that is understood here.')
    const found = store.indexed(key, value.replaceAll(/\\(.)/g, '$1'), searchLagMs)
    return { ...page(found, form, '/v1/payment_intents/search'), object: 'search_result', next_page: null }
  })

  app.get('/v1/refunds', request => {
    const form = new Form(queryOf(request), [...PAGING, 'payment_intent'])
    return page(store.refundsOf(form.needed('payment_intent')), form, '/v1/refunds')
  })

  /** Stands in for the bank's page. */
  app.post<{ Params: { id: string; choice: string } }>(
    '/customer-actions/:id/:choice',
    async ({ params }, reply) => {
      const isDone = gateway.decide(params.id, params.choice === 'approve')
      return reply.code(isDone ? 200 : 404).send()
    }
  )

  function needed(id: string) {
    const intent = store.intent(id)
    if (intent === undefined) throw missing('payment_intent', id, 'intent')
    return intent
  }
}

const bodyOf = ({ body }: FastifyRequest): string => (typeof body === 'string' ? body : '')

const queryOf = ({ url }: FastifyRequest): string => url.slice(url.indexOf('?') + 1 || url.length)

function page(objects: readonly { readonly id: string }[], form: Form, url: string) {
  const after = form.get('starting_after')
  const start = after === null ? 0 : objects.findIndex(({ id }) => id === after) + 1
  if (after !== null && start === 0) throw missing('object', after, 'starting_after')
  const end = start + Math.min(form.count('limit') ?? 10, 100)
  return { object: 'list', url, data: objects.slice(start, end), has_more: end < objects.length }
}
