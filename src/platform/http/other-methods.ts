import { ApiError } from '../../errors.ts'
import type { HttpApp } from './app.ts'

/** To be called before routes are added; what it returns, after them: answers 405 to methods that a path does not have. */
export function refuseOtherMethods(app: HttpApp): () => void {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method, schema }) => {
    if (schema === undefined || schema.hide === true) return
    const known = methods.get(url) ?? new Set()
    for (const one of [method].flat()) known.add(one)
    methods.set(url, known)
  })
  return () => {
    for (const [url, known] of [...methods]) {
      if (known.has('GET')) known.add('HEAD')
      const allow = [...known].sort().join(', ')
      app.route({
        url,
        method: app.supportedMethods.filter(method => !known.has(method)),
        schema: { hide: true },
        // Before a body is looked at.
        onRequest: (_request, reply, done) => {
          reply.header('allow', allow)
          done(new ApiError('method_not_allowed'))
        },
        handler: () => Promise.resolve()
      })
    }
  }
}
