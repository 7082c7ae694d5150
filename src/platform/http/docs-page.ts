import fastifySwaggerUi from '@fastify/swagger-ui'
import type { HttpApp } from './app.ts'

/** Everything comes from here, and requests can be tried out here only; the page sets styles on its elements. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join('; ')

/** A page at /docs on which people read what /openapi.json says, and try requests out. It needs no key and no network. */
export async function addDocsPage(app: HttpApp): Promise<void> {
  await app.register(async scope => {
    scope.addHook('onSend', (_request, reply, _payload, done) => {
      reply.headers({
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff'
      })
      done()
    })
    await scope.register(fastifySwaggerUi, {
      routePrefix: '/docs',
      theme: { title: 'AegisPay API' },
      // The other layout has a bar with the library's logo, and a field for documents from elsewhere.
      uiConfig: { layout: 'BaseLayout', deepLinking: true, validatorUrl: null, tryItOutEnabled: false }
    })
  })
}
