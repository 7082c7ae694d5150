// What a read can cost at least here: a Fastify route that knows nothing and answers with the bytes that it was started with.
import fastify from 'fastify'

const { BARE_PORT: port, BARE_BODY: body } = process.env
const app = fastify()
app.get('/v1/payments/:id', (_request, reply) =>
  reply.header('content-type', 'application/json; charset=utf-8').send(body)
)
await app.listen({ host: '127.0.0.1', port: Number(port) })
