import type { FastifyError, FastifyInstance } from 'fastify'

/** An error that the gateway answers with; only thrown before anything was done or remembered. */
export class RequestError extends Error {
  readonly statusCode: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(
    statusCode: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {}
  ) {
    super(message)
    this.headers = headers
    this.statusCode = statusCode
    this.code = code
  }
}

/** Answers every error as `{ code, message }`. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const status = error.statusCode ?? 500
    if (error instanceof RequestError)
      return reply.code(status).headers(error.headers).send({ code: error.code, message: error.message })
    const code = status < 500 ? 'malformed_request' : 'internal_error'
    return reply.code(status).send({ code, message: error.message })
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'route_not_found', message: 'There is no such route.' })
  )
}
