import type { IHeaders } from 'kafkajs'
import { LRUCache } from 'lru-cache'
import { dueIn } from './due.ts'
import { LocalStoreError, type LocalStore, type Mark } from './local-store.ts'
import type { Changelog, PartitionLogic, StagedState } from './logic.ts'

/** Decoded states of a partition that are kept at hand: what moves now mostly moves again within seconds. */
const CACHED_STATES = 1000
const TOLD_AT_ONCE = 500

/** A state as it stands on the changelog. */
interface Encoded {
  readonly key: string
  readonly value: Buffer
  readonly headers?: IHeaders
}

/** What the store asks of the partition's logic. */
type Told<State> = Pick<PartitionLogic<State>, 'isActive' | 'replaced'>

/** The definite state of one partition, with what the batch under way has written laid over it. */
export class PartitionStore<State> implements StagedState<State> {
  readonly #local: LocalStore
  readonly #changelog: Changelog<State>
  readonly #logic: Told<State>
  readonly #cache = new LRUCache<string, NonNullable<State>>({ max: CACHED_STATES })
  /** Definite states of the batch under way, those that do not exist included. */
  #loaded = new Map<string, State | undefined>()
  readonly #staged = new Map<string, State>()
  #encoded: readonly Encoded[] = []

  constructor(local: LocalStore, changelog: Changelog<State>, logic: Told<State>) {
    this.#local = local
    this.#changelog = changelog
    this.#logic = logic
  }

  /** Tells the logic of all active states, from which it derives what it keeps of the partition as a whole. */
  async tellActive(): Promise<void> {
    let keys: string[] = []
    const tell = async () => {
      await this.load(keys)
      for (const key of keys) this.#logic.replaced(undefined, this.get(key)!)
      keys = []
    }
    for await (const key of this.#local.activeKeys()) if (keys.push(key) === TOLD_AT_ONCE) await tell()
    await tell()
  }

  /**
   * Brings the states of the next batch within reach of `get`, and forgets those of the last one.
   * @throws LocalStoreError, and what the changelog's `prepare` throws
   */
  async load(keys: Iterable<string>): Promise<void> {
    const loaded = new Map<string, State | undefined>()
    for (const key of keys) loaded.set(key, this.#cache.get(key))
    const absent = [...loaded].flatMap(([key, state]) => (state === undefined ? [key] : []))
    if (absent.length > 0) {
      const values = await this.#local.getMany(absent)
      await this.#changelog.prepare(values.map(value => value ?? null))
      values.forEach((value, i) => {
        if (value !== undefined) loaded.set(absent[i]!, this.#decoded(value))
      })
    }
    this.#loaded = loaded
  }

  /** What cannot be read here could be read when it came from the changelog. */
  #decoded(value: Buffer): State {
    try {
      const entry = this.#changelog.decode(value)
      if (entry.type === 'state') return entry.state
    } catch (cause) {
      throw new LocalStoreError('a state came back from the disk otherwise than it was written', { cause })
    }
    throw new LocalStoreError('something else came back from the disk than a state')
  }

  get(key: string): State | undefined {
    const staged = this.#staged.get(key)
    if (staged !== undefined) return staged
    if (!this.#loaded.has(key)) throw new Error(`the state of ${key} was not loaded`)
    return this.#loaded.get(key)
  }

  set(key: string, state: State): void {
    this.#staged.set(key, state)
  }

  /** What was staged, as it is to stand on the changelog. */
  encode(): readonly Encoded[] {
    this.#encoded = [...this.#staged].map(([key, state]) => this.#changelog.encodeState(key, state))
    return this.#encoded
  }

  /** Takes over what was staged and encoded. Only after the transaction that wrote it has definitely been committed. */
  merge(mark: Mark): void {
    const written = this.#encoded.map(({ key, value, headers }) => {
      const state = this.#staged.get(key)!
      this.#logic.replaced(this.#loaded.get(key), state)
      this.#cache.set(key, state)
      return { key, value, active: this.#logic.isActive(state), dueAt: dueIn(headers) }
    })
    this.#staged.clear()
    this.#encoded = []
    this.#local.write(written, mark)
  }
}
