import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApiError } from '../errors.ts'
import type { HttpApp } from '../platform/http/app.ts'

/** Where the build puts it. */
const BUILT = join(import.meta.dirname, '..', '..', 'console', 'dist')

/** Everything comes from here, and nothing that stands in the page itself is run or styles it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join('; ')

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin'
}

/**
 * The operators' page and its files, which need no key: what they show comes from the API, which does. They are not of
 * the API, so that neither load shedding nor rate limits keep them back.
 *
 * @param folder where it was built
 */
export function consoleRoutes(app: HttpApp, folder = BUILT): void {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    reply.headers(SECURITY_HEADERS)
    done()
  })

  // Their names change with what they hold. One that is not there is no page.
  app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/console/assets/',
    decorateReply: false,
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    preCompressed: true,
    immutable: true,
    maxAge: '365d'
  })

  const page = (reply: FastifyReply): FastifyReply => {
    const path = join(folder, 'index.html')
    // Read at each request: it may be built while this process runs, and anew.
    if (!existsSync(path)) throw new ApiError('console_not_built')
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(readFileSync(path))
  }
  // Which page it is the address tells to the page itself.
  for (const url of ['/console', '/console/*'])
    app.get(url, { schema: { hide: true } }, (_request, reply) => page(reply))
}
