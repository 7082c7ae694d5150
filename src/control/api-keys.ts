// API keys: made, rotated and revoked. Control data hold only hashes, so a secret is shown once, to whoever asked for it.
import { drawKeyId, drawSecret, formatApiKey, hashSecret, MAX_SECRETS } from '../api-key.ts'
import { ApiError, type Fault } from '../errors.ts'
import { isKeyRole, KEY_ROLES, type Scope } from '../key-scopes.ts'
import type { ApiKeyDocument } from './documents.ts'
import type { ControlEditor } from './editor.ts'
import { checkReferences } from './references.ts'
import { NO_VERSION, type Held } from './state.ts'
import type { ControlTable } from './table.ts'
import type { Author } from './writer.ts'

/** Seconds for which an earlier secret works on, unless told otherwise: a day to bring the new one everywhere. */
export const DEFAULT_OVERLAP_SECONDS = 24 * 60 * 60
/** 90 days: an earlier secret that works for longer was not rotated. */
export const MAX_OVERLAP_SECONDS = 90 * DEFAULT_OVERLAP_SECONDS

export interface KeyRequest {
  /** Absent for a key of those who run the installation. */
  readonly merchantId?: string
  readonly scopes: readonly Scope[]
  /** ISO 8601. */
  readonly expiresAt?: string
}

/** What may be shown of a key. */
export interface ApiKeyView {
  readonly id: string
  readonly merchantId: string | null
  readonly scopes: readonly string[]
  readonly active: boolean
  readonly expiresAt: string | null
  /** When earlier secrets stop working. */
  readonly retiringUntil: readonly string[]
}

export interface IssuedKey {
  readonly key: Held<ApiKeyDocument>
  /** The whole key, this once. */
  readonly apiKey: string
}

export const viewOf = ({
  id,
  merchantId,
  scopes,
  active,
  expiresAt,
  retiring = []
}: ApiKeyDocument): ApiKeyView => ({
  ...{ id, merchantId: merchantId ?? null, scopes, active, expiresAt: expiresAt ?? null },
  retiringUntil: retiring.map(({ validUntil }) => validUntil)
})

interface ApiKeysDeps {
  readonly editor: Pick<ControlEditor, 'put'>
  readonly table: Pick<ControlTable, 'find' | 'version'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Edits of one key that meet. */
const ATTEMPTS = 5

/** Each method throws ApiError change_unconfirmed, as the editor does, beside its own. */
export class ApiKeys {
  readonly #deps: ApiKeysDeps

  constructor(deps: ApiKeysDeps) {
    this.#deps = deps
  }

  /** @throws ApiError body_invalid, reference_unknown */
  async create({ merchantId, scopes, expiresAt }: KeyRequest, author: Author): Promise<IssuedKey> {
    const { table, editor, now } = this.#deps
    const faults = faultsOf({ scopes, ...given({ merchantId, expiresAt }) }, now())
    if (faults.length > 0) throw new ApiError('body_invalid', { faults })
    const id = drawKeyId()
    const secret = drawSecret()
    const document: ApiKeyDocument = {
      ...{ id, scopes: [...new Set(scopes)], active: true, secretHash: hashSecret(secret) },
      // Kept to the millisecond, whichever way the time was written.
      ...given({ merchantId, expiresAt: expiresAt && new Date(expiresAt).toISOString() })
    }
    checkReferences('api-keys', document, table)
    const version = await editor.put('api-keys', id, document, { ...author, basedOn: NO_VERSION })
    return { key: { version, document }, apiKey: formatApiKey({ id, secret }) }
  }

  /**
   * Gives a key a new secret. Each earlier one works on until its own time or until the overlap is over, whichever comes
   * first; so a rotation whose answer was lost can be asked for again, and one without overlap ends them all.
   *
   * @param overlapSeconds 0 to MAX_OVERLAP_SECONDS
   * @throws ApiError document_not_found, api_key_revoked, too_many_secrets
   */
  async rotate(id: string, overlapSeconds: number, author: Author): Promise<IssuedKey> {
    const secret = drawSecret()
    const key = await this.#edit(id, author, document => {
      if (!document.active) throw new ApiError('api_key_revoked')
      const now = this.#deps.now()
      return {
        ...document,
        secretHash: hashSecret(secret),
        retiring: retiringOf(document, now, overlapSeconds)
      }
    })
    return { key, apiKey: formatApiKey({ id, secret }) }
  }

  /**
   * Ends a key and all its secrets. A key that was revoked already stays so.
   * @throws ApiError document_not_found
   */
  async revoke(id: string, author: Author): Promise<Held<ApiKeyDocument>> {
    return this.#edit(id, author, document =>
      document.active ? { ...document, active: false, retiring: [] } : document
    )
  }

  /** What is asked for holds whatever another does to the key at the same time, so it is tried on what that left. */
  async #edit(
    id: string,
    author: Author,
    change: (document: ApiKeyDocument) => ApiKeyDocument
  ): Promise<Held<ApiKeyDocument>> {
    const { table, editor } = this.#deps
    for (let attempt = 1; ; attempt++) {
      const held = table.find('api-keys', id)
      if (held === undefined) throw new ApiError('document_not_found')
      const document = change(held.document)
      if (document === held.document) return held
      try {
        const edit = { ...author, basedOn: table.version('api-keys', id) }
        return { version: await editor.put('api-keys', id, document, edit), document }
      } catch (error) {
        const isOvertaken = error instanceof ApiError && error.code === 'precondition_failed'
        if (!isOvertaken || attempt === ATTEMPTS) throw error
      }
    }
  }
}

function retiringOf(
  { secretHash, retiring = [] }: ApiKeyDocument,
  now: number,
  overlapSeconds: number
): NonNullable<ApiKeyDocument['retiring']> {
  const end = now + overlapSeconds * 1000
  const kept = [{ secretHash, validUntil: new Date(end).toISOString() }, ...retiring]
    .map(earlier => ({ ...earlier, until: Math.min(Date.parse(earlier.validUntil), end) }))
    .filter(({ until }) => until > now)
  if (kept.length > MAX_SECRETS - 1) throw new ApiError('too_many_secrets')
  return kept.map(({ secretHash, until }) => ({ secretHash, validUntil: new Date(until).toISOString() }))
}

function faultsOf({ merchantId, scopes, expiresAt }: KeyRequest, now: number): Fault[] {
  const role = scopes.find(isKeyRole)
  const faults: Fault[] = []
  if (scopes.length === 0) faults.push({ path: '/scopes', message: 'must name at least one scope' })
  if (role !== undefined && new Set(scopes).size > 1)
    faults.push({ path: '/scopes', message: `one of ${KEY_ROLES.join(', ')} stands alone` })
  if (role !== undefined && merchantId !== undefined)
    faults.push({
      path: '/merchantId',
      message: `is not for the scope ${role}: such a key is of no merchant`
    })
  if (role === undefined && scopes.length > 0 && merchantId === undefined)
    faults.push({ path: '/merchantId', message: 'is missing' })
  // A date that there is not, such as the 31st of June, is no number.
  if (expiresAt !== undefined && !(Date.parse(expiresAt) > now))
    faults.push({ path: '/expiresAt', message: 'must be a time to come' })
  return faults
}

/** Without what is undefined. */
const given = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
