import type { FastifyReply, FastifyRequest } from 'fastify'
import { DEFAULT_OVERLAP_SECONDS, viewOf, type ApiKeys, type IssuedKey } from '../control/api-keys.ts'
import {
  controlKinds,
  isControlKind,
  publishedSchema,
  writtenKinds,
  type ApiKeyDocument,
  type ControlDocuments,
  type ControlKind,
  type WrittenKind
} from '../control/documents.ts'
import type { ControlEditor } from '../control/editor.ts'
import type { ControlHistory, ControlVersion } from '../control/history.ts'
import { checkReferences } from '../control/references.ts'
import type { Held } from '../control/state.ts'
import type { ControlTable } from '../control/table.ts'
import type { Author } from '../control/writer.ts'
import { ApiError } from '../errors.ts'
import { authenticateRoutes } from '../platform/http/authentication.ts'
import type { Late } from '../platform/http/late.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { formatControlPosition, parseControlPosition, POSITION_HEADER } from '../position.ts'
import { refuseCardNumbers } from '../screen.ts'
import { createKeySchema, revokeKeySchema, rotateKeySchema } from './key-schemas.ts'
import { pageOf, type PageQuery } from './page.ts'
import { basisOf, etagOf } from './preconditions.ts'
import {
  deleteLimitsSchema,
  findSchema,
  historySchema,
  kindSchemaSchema,
  listSchema,
  putSchema
} from './route-schemas.ts'
import { REASON_HEADER } from './schema-parts.ts'

/** What the routes need of the running role. */
export interface AdminService {
  readonly table: ControlTable
  readonly history: ControlHistory
  readonly editor: Pick<ControlEditor, 'put' | 'delete'>
  readonly apiKeys: Pick<ApiKeys, 'create' | 'rotate' | 'revoke'>
}

/** The routes of those who run the installation. */
export function adminRoutes(app: HttpApp, service: Late<AdminService>): void {
  authenticateRoutes(app, () => service.get().table)
  for (const kind of writtenKinds) writeRoute(app, service, kind)
  keyRoutes(app, service)
  for (const kind of controlKinds) readRoutes(app, service, kind)

  app.get('/v1/admin/schemas/:kind', { schema: kindSchemaSchema }, ({ params: { kind } }) => {
    if (!isControlKind(kind)) throw new ApiError('document_not_found')
    return publishedSchema(kind)
  })
}

function writeRoute(app: HttpApp, service: Late<AdminService>, kind: WrittenKind): void {
  app.put(`/v1/admin/${kind}/:id`, { schema: putSchema(kind) }, async (request, reply) => {
    const { table, editor } = service.get()
    const { id } = request.params
    const document = request.body as ControlDocuments[WrittenKind]
    if (document.id !== id) {
      throw new ApiError('body_invalid', { faults: [{ path: '/id', message: 'is not the id of the path' }] })
    }
    const isNew = table.find(kind, id) === undefined
    const edit = { ...authorOf(request), basedOn: basisOf(request.headers, table, kind, id) }
    checkReferences(kind, document, table)
    const version = await editor.put(kind, id, document, edit)
    return answerVersion(reply.code(isNew ? 201 : 200), version).send(document)
  })
  if (kind !== 'limits') return
  app.delete('/v1/admin/limits/:id', { schema: deleteLimitsSchema }, async (request, reply) => {
    const { table, editor } = service.get()
    const { id } = request.params
    if (table.find(kind, id) === undefined) throw new ApiError('document_not_found')
    const edit = { ...authorOf(request), basedOn: basisOf(request.headers, table, kind, id) }
    const version = await editor.delete(kind, id, edit)
    return reply.code(204).header(POSITION_HEADER, formatControlPosition(version)).send()
  })
}

function keyRoutes(app: HttpApp, service: Late<AdminService>): void {
  app.post('/v1/admin/api-keys', { schema: createKeySchema }, async (request, reply) => {
    const issued = await service.get().apiKeys.create(request.body, authorOf(request))
    return answerIssued(reply.code(201).header('location', keyPath(issued.key.document)), issued)
  })
  app.post('/v1/admin/api-keys/:id/rotate', { schema: rotateKeySchema }, async (request, reply) => {
    const { overlapSeconds = DEFAULT_OVERLAP_SECONDS } = request.body
    const { apiKeys } = service.get()
    return answerIssued(reply, await apiKeys.rotate(request.params.id, overlapSeconds, authorOf(request)))
  })
  app.delete('/v1/admin/api-keys/:id', { schema: revokeKeySchema }, async (request, reply) => {
    const { version, document } = await service.get().apiKeys.revoke(request.params.id, authorOf(request))
    return answerVersion(reply, version).send(viewOf(document))
  })
}

function readRoutes(app: HttpApp, service: Late<AdminService>, kind: ControlKind): void {
  app.get(`/v1/admin/${kind}`, { schema: listSchema(kind) }, async request => {
    const { table } = service.get()
    await caughtUp(request, table)
    const documents = table.list(kind).map(({ document }) => shown(kind, document))
    return pageOf(
      documents,
      request.query as PageQuery,
      ({ id }) => id,
      ({ id }, last) => id > last
    )
  })
  app.get(`/v1/admin/${kind}/:id`, { schema: findSchema(kind) }, async (request, reply) => {
    const { table } = service.get()
    await caughtUp(request, table)
    const held: Held<ControlDocuments[ControlKind]> | undefined = table.find(kind, request.params.id)
    if (held === undefined) throw new ApiError('document_not_found')
    return answerVersion(reply, held.version).send(shown(kind, held.document))
  })
  app.get(`/v1/admin/${kind}/:id/history`, { schema: historySchema(kind) }, async request => {
    const { table, history } = service.get()
    await caughtUp(request, table)
    const versions = history.of(kind, request.params.id).toReversed()
    if (versions.length === 0) throw new ApiError('document_not_found')
    const page = pageOf(
      versions,
      request.query as PageQuery,
      ({ version }) => String(version),
      ({ version }, last) => version < Number(last)
    )
    return { ...page, data: page.data.map(version => shownVersion(kind, version)) }
  })
}

/** Nothing of a secret leaves, not even its hash. */
const shown = (kind: ControlKind, document: ControlDocuments[ControlKind]) =>
  kind === 'api-keys' ? viewOf(document as ApiKeyDocument) : document

export function shownVersion(kind: ControlKind, { document, changedAt, ...rest }: ControlVersion) {
  const parsed = JSON.parse(document) as ControlDocuments[ControlKind] | null
  return {
    ...rest,
    changedAt: new Date(changedAt).toISOString(),
    document: parsed === null ? null : shown(kind, parsed)
  }
}

const keyPath = ({ id }: ApiKeyDocument): string => `/v1/admin/api-keys/${id}`

const answerVersion = (reply: FastifyReply, version: number): FastifyReply =>
  reply.header('etag', etagOf(version)).header(POSITION_HEADER, formatControlPosition(version))

/** The one answer that holds a secret: no cache may keep it. */
const answerIssued = (reply: FastifyReply, { key, apiKey }: IssuedKey): FastifyReply =>
  answerVersion(reply, key.version)
    .header('cache-control', 'no-store')
    .send({ ...viewOf(key.document), apiKey })

/** Waits, at most a second, until the table shows what the caller has seen elsewhere. */
async function caughtUp({ headers }: FastifyRequest, table: ControlTable): Promise<void> {
  const token = headers[POSITION_HEADER.toLowerCase()]
  if (token === undefined) return
  const offset = parseControlPosition(String(token))
  if (offset === null) throw new ApiError('position_malformed')
  await table.reached(offset)
}

const REASON = /^[\x20-\x7e]{1,500}$/

function authorOf({ headers, apiKeyId }: FastifyRequest): Author {
  const reason = headers[REASON_HEADER.toLowerCase()]
  if (reason === undefined) return { changedBy: `key:${apiKeyId}`, reason: null }
  if (typeof reason !== 'string' || !REASON.test(reason)) throw new ApiError('reason_malformed')
  refuseCardNumbers(reason)
  return { changedBy: `key:${apiKeyId}`, reason }
}
