import { LettersUnavailableError, type LetterDesk } from '../dead-letters/desk.ts'
import {
  formatCursor,
  parseCursor,
  TooManyLettersError,
  type LetterFilter
} from '../dead-letters/find-letters.ts'
import { placeOf, type Place } from '../dead-letters/letter.ts'
import type { Letters } from '../dead-letters/letters.ts'
import type { Redriven } from '../dead-letters/redrive.ts'
import { listed, shown } from '../dead-letters/views.ts'
import { ApiError } from '../errors.ts'
import { invalidQuery } from '../platform/http/query-faults.ts'
import { RegistryUnavailableError } from '../platform/avro/codec.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { authenticateRoutes, type KeyDirectory } from '../platform/http/authentication.ts'
import type { Late } from '../platform/http/late.ts'
import { findLetterSchema, listLettersSchema, redriveLetterSchema } from './dead-letter-schemas.ts'

/** What the routes need of the running role. */
export interface DeadLetterService {
  readonly table: KeyDirectory
  readonly deadLetters: Pick<LetterDesk, 'use'>
}

const DEFAULT_LIMIT = 20

/** The routes that show what could not be processed, and give it another try. */
export function deadLetterRoutes(app: HttpApp, service: Late<DeadLetterService>): void {
  authenticateRoutes(app, () => service.get().table)

  app.get('/v1/admin/dead-letters', { schema: listLettersSchema }, async ({ query }, reply) => {
    const { limit = DEFAULT_LIMIT, cursor, open, since, until, ...named } = query
    const before = cursor === undefined ? null : parseCursor(cursor)
    if (cursor !== undefined && before === null) {
      throw invalidQuery('cursor', 'is not one of ours')
    }
    const filter: LetterFilter = {
      ...named,
      ...(since === undefined ? {} : { since: momentIn('since', since) }),
      ...(until === undefined ? {} : { until: momentIn('until', until) }),
      open: open === 'true'
    }
    const page = { limit: Number(limit), before }
    const { found, next } = await reading(service, letters => letters.list(filter, page))
    const data = found.map(listed).map(withId)
    return reply.send({ data, nextCursor: next === null ? null : formatCursor(next) })
  })

  app.get('/v1/admin/dead-letters/:id', { schema: findLetterSchema }, async ({ params }, reply) => {
    const place = placeIn(params.id)
    const view = await reading(service, async letters => {
      const found = await letters.find(place)
      return found && shown(found, letters.readers)
    })
    if (view === null) throw new ApiError('dead_letter_not_found')
    return reply.send(withId(view))
  })

  app.post('/v1/admin/dead-letters/:id/redrive', { schema: redriveLetterSchema }, async (request, reply) => {
    const place = placeIn(request.params.id)
    const { reason, again = false } = request.body
    const author = { changedBy: `key:${request.apiKeyId}`, reason }
    let isBegun = false
    const [outcome] = await reading(service, async letters => {
      // Before it becomes the only writer for letters of a partition that may not be there.
      if ((await letters.find(place)) === null) throw new ApiError('dead_letter_not_found')
      isBegun = true
      return letters.redrive([place], { author, again, progress: () => undefined })
    }).catch((error: unknown) => {
      throw isBegun ? new ApiError('redrive_unconfirmed', { cause: error }) : error
    })
    return reply.send({ id: outcome!.letter, to: redrivenTo(outcome!) })
  })
}

/** @throws ApiError topics_unavailable, too_many_dead_letters */
async function reading<T>(
  service: Late<DeadLetterService>,
  work: (letters: Letters) => Promise<T>
): Promise<T> {
  try {
    return await service.get().deadLetters.use(work)
  } catch (error) {
    if (error instanceof TooManyLettersError) throw new ApiError('too_many_dead_letters', { cause: error })
    if (error instanceof LettersUnavailableError || error instanceof RegistryUnavailableError) {
      throw new ApiError('topics_unavailable', { cause: error })
    }
    throw error
  }
}

function redrivenTo(outcome: Redriven): string {
  if (outcome.result === 'redriven') return outcome.to
  const { code, detail } = outcome
  if (code === 'letter_not_found') throw new ApiError('dead_letter_not_found')
  if (code === 'already_redriven') throw new ApiError('dead_letter_redriven')
  throw new ApiError('dead_letter_unfit', { detail: `${code}: ${detail}` })
}

/** A format lets moments pass that there are not, such as leap seconds. */
function momentIn(path: string, text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw invalidQuery(path, 'is no time')
  return at
}

/** What cannot be an id is not looked for. */
function placeIn(id: string): Place {
  const place = placeOf(id)
  if (place === null) throw new ApiError('dead_letter_not_found')
  return place
}

const withId = <T extends { readonly letter: string }>({ letter, ...rest }: T) => ({ id: letter, ...rest })
