import { randomUUID } from 'node:crypto'
import kafkajs, { type KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import { sleep } from '../../platform/clock.ts'
import type { LogBounds } from '../../platform/kafka/log-bounds.ts'
import { CheckpointOutOfRangeError, LOCKED, LOCKED_REASON } from './checkpoint.ts'
import { InputQueue } from './input-queue.ts'
import { LocalStoreError, type LocalStore, type Mark } from './local-store.ts'
import type { InputRecord, OutputRecord, PartitionLogic, Positions } from './logic.ts'
import type { InputTopic, OwnerPorts } from './owner-ports.ts'
import { PartitionStore } from './partition-store.ts'
import { restore } from './restore.ts'
import { OwnershipLostError } from './transactor.ts'

/*
 *            fenced, restored                   commit failed, or its outcome is unknown
 *  TAKING_OVER ───────────────▶ RUNNING ───────────────────────────────────────────┐
 *      ▲                           │                                               ▼
 *      │                           │ partition given away, process stopping   CONFIRMING (still a member?)
 *      └───────────────────────────┼───────────────────────────────────────────────┘
 *                                  ▼
 *                               CLOSED
 */
type OwnerState = 'TAKING_OVER' | 'RUNNING' | 'CONFIRMING' | 'CLOSED'

/** All owners of a process share its thread: more would let a catch-up outlast the transaction timeout. */
const MAX_RECORDS_PER_TRANSACTION = 500
const MAX_BYTES_PER_TRANSACTION = 1024 * 1024
/** Fetched records that may wait, of one input, before fetching pauses; it resumes at half. */
const QUEUE_CAP = 1500
/** Control records alone move the log on: an idle checkpoint follows it, long before retention overtakes it. */
const IDLE_CHECKPOINT_MS = 10 * 60 * 1000
const PREPARE_RETRY_MS = 500

/**
 * Owns one partition of all inputs: fences earlier owners, restores the state from the changelog, then deals with the
 * inputs batch by batch, each in one transaction. The algorithm, and the races it closes: docs/exactly-once.md.
 */
export class PartitionOwner<State> {
  readonly partition: number
  readonly #ports: OwnerPorts<State>
  readonly #log: Logger
  readonly #queues: ReadonlyMap<string, InputQueue>
  readonly #paused = new Set<string>()
  #state: OwnerState = 'TAKING_OVER'
  #local: LocalStore | null = null
  #store!: PartitionStore<State>
  #changelogId!: string
  #logic!: PartitionLogic<State>
  #positions: Record<string, number> = {}
  #checkpointed = ''
  /** Records of the next transaction. What they lead to has no bound of its own, and may be more than a broker takes. */
  #atMost = MAX_RECORDS_PER_TRANSACTION
  #wake: () => void = () => undefined
  #progress = Symbol()
  readonly #closing = new AbortController()
  #done: Promise<void> = Promise.resolve()

  constructor(partition: number, ports: OwnerPorts<State>) {
    this.partition = partition
    this.#ports = ports
    this.#log = ports.log.child({ partition })
    this.#queues = new Map(ports.inputs.map(({ id }) => [id, new InputQueue()]))
  }

  get isRunning(): boolean {
    return this.#state === 'RUNNING'
  }

  /**
   * Another one after every commit, every part of the changelog that was restored, and whenever it was learnt that the
   * partition waits for the brokers or for what its records need: nobody else would get on either.
   */
  get progress(): symbol {
    return this.#progress
  }

  /** Whether it should be getting on, with so many records of each input before it. Commands may wait for capacity. */
  isDue(behind: ReadonlyMap<string, number>): boolean {
    return (
      this.#state !== 'RUNNING' ||
      this.#ports.inputs.some(input => (behind.get(input.id) ?? 0) > 0 && this.#takes(input))
    )
  }

  /** Of each input, the next offset to deal with and the records that wait; null while it does not run. */
  positions(): ReadonlyMap<string, { position: number; queued: number }> | null {
    if (this.#state !== 'RUNNING') return null
    const inputs = [...this.#queues].map(
      ([id, { length: queued }]) => [id, { position: this.#positions[id]!, queued }] as const
    )
    return new Map(inputs)
  }

  /** @param previous the end of this process's last owner of the partition: the two would fence each other */
  start(previous: Promise<unknown> = Promise.resolve()): void {
    this.#done = previous.then(() => this.#run())
  }

  /** The group was joined anew and the partition stayed: the client has lost its positions. */
  rejoined(): void {
    if (this.#state === 'RUNNING') this.#readInputs()
  }

  #readInputs(): void {
    this.#paused.clear()
    for (const { id, topic } of this.#ports.inputs) {
      this.#ports.readFrom(topic, this.partition, this.#queues.get(id)!.position)
    }
  }

  /** Records that follow on the last ones of this topic. */
  accept(topic: string, messages: readonly KafkaMessage[], next: number): void {
    if (this.#state !== 'RUNNING') return
    const { id } = this.#inputOf(topic)
    const queue = this.#queues.get(id)!
    const { partition } = this
    queue.push(
      messages.map(({ offset, key, value, headers, timestamp }) => ({
        input: id,
        partition,
        offset: Number(offset),
        key,
        value,
        headers: headers ?? {},
        timestamp: Number(timestamp)
      })),
      next
    )
    if (queue.length > QUEUE_CAP && !this.#paused.has(topic)) {
      this.#paused.add(topic)
      this.#ports.pause(topic, partition)
    }
    // With nothing before them, positions that moved over control records alone need no transaction to be true.
    if (queue.length === 0) this.#positions[id] = next
    else this.#wake()
  }

  /** Resolves when the last commit of an owner that is being closed has ended: then another may have the partition. */
  get ended(): Promise<void> {
    return this.#done
  }

  /** Gives the partition up: nothing that is not yet being committed will be. Resolves when nothing of it is left open. */
  async close(): Promise<void> {
    this.#state = 'CLOSED'
    this.#closing.abort(new OwnershipLostError('the partition was given up'))
    this.#wake()
    await this.#done
    const closed = await Promise.allSettled([this.#ports.transactor.close(), this.#local?.close()])
    for (const end of closed)
      if (end.status === 'rejected')
        this.#log.debug({ error: end.reason as unknown }, 'a closed owner left something open')
  }

  #inputOf(topic: string): InputTopic {
    return this.#ports.inputs.find(input => input.topic === topic)!
  }

  /** A method, since the compiler takes a state that was assigned for one that lasts across awaits. */
  #isIn(state: OwnerState): boolean {
    return this.#state === state
  }

  async #run(): Promise<void> {
    while (!this.#isIn('CLOSED')) {
      try {
        await this.#takeOver()
        while (this.#isIn('RUNNING')) await this.#step()
      } catch (error) {
        if (this.#isIn('CLOSED')) return
        if (error instanceof kafkajs.KafkaJSError) this.#gotOn()
        if (error instanceof CheckpointOutOfRangeError) {
          this.#ports.fatal(error)
          return
        }
        await this.#giveUpStaged(error as Error)
      }
    }
  }

  /** After anything but a definite commit nothing in memory is worth keeping: only the log knows what happened. */
  async #giveUpStaged(error: Error): Promise<void> {
    this.#state = 'CONFIRMING'
    this.#atMost = Math.ceil(this.#atMost / 2)
    if (error instanceof LocalStoreError)
      await this.#local
        ?.wipe()
        .catch((again: unknown) => this.#log.error({ err: again }, 'the local store could not be wiped'))
    this.#log.warn({ err: error }, 'a transaction did not end in a definite commit: rebuilding from the log')
    this.#ports.observe.rebuild(error.name)
    for (const { topic } of this.#ports.inputs) this.#ports.pause(topic, this.partition)
    this.#ports.transactor.drop()
    await Promise.race([
      this.#ports.membershipConfirmed(),
      new Promise<void>(resolve => {
        this.#wake = resolve
      })
    ])
    if (!this.#isIn('CLOSED')) this.#state = 'TAKING_OVER'
  }

  async #takeOver(): Promise<void> {
    const { inputs, clock } = this.#ports
    const started = clock.monotonic()
    await allEnded([this.#ports.transactor.fence(), this.#openLocal()])
    this.#closing.signal.throwIfAborted()
    // Nothing that an earlier owner wrote is still open now, so no end lies before a checkpoint.
    const bounds = allEnded(
      [this.#ports.changelog, ...inputs].map(({ topic }) => this.#ports.logBounds(topic, this.partition))
    )
    const [fencedAt, [changelogBounds, ...inputBounds]] = await allEnded([this.#commitFence(), bounds])
    const { positions, records } = await this.#restore(changelogBounds!.start, fencedAt)
    inputs.forEach(({ id, topic }, i) => {
      this.#positions[id] = this.#startOf(topic, inputBounds[i]!, positions?.[id])
      this.#queues.get(id)!.reset(this.#positions[id])
    })
    if (this.#isIn('CLOSED')) return
    this.#checkpointed = ''
    this.#state = 'RUNNING'
    this.#readInputs()
    const seconds = (clock.monotonic() - started) / 1000
    this.#ports.observe.takeover(seconds, records)
    this.#log.info({ records, seconds, positions: this.#positions }, 'took the partition over')
  }

  async #openLocal(): Promise<void> {
    this.#local ??= await this.#ports.openLocalStore(this.partition)
  }

  /** @returns where the fence stands on the changelog */
  async #commitFence(): Promise<number> {
    const { transactor, changelog, processName, clock } = this.#ports
    const { topic } = changelog
    const { partition } = this
    const fence = { topic, partition, ...changelog.encodeFence(processName, clock.now()) }
    const written = await transactor.commit([fence], () => !this.#isIn('CLOSED'))
    return written.get(`${topic}/${partition}`)!
  }

  async #restore(start: number, through: number): Promise<{ positions: Positions | null; records: number }> {
    const { changelog, changelogReader: reader, observe } = this.#ports
    const { partition } = this
    const logic = this.#ports.createLogic()
    const local = this.#local!
    const restored = await restore<State>({
      ...{ partition, local, changelog, reader, start, through, log: this.#log },
      isActive: state => logic.isActive(state),
      signal: this.#closing.signal,
      remaining: offsets => {
        this.#gotOn()
        observe.restoring(partition, offsets)
      }
    })
    const store = new PartitionStore<State>(local, changelog, logic)
    await store.tellActive()
    // Nothing is that old: it only tells when the first of them is due.
    await local.findDue(0, 0)
    this.#logic = logic
    this.#store = store
    this.#changelogId = restored.changelogId ?? randomUUID()
    return restored
  }

  #startOf(topic: string, { start, end }: LogBounds, checkpoint: number | undefined): number {
    if (checkpoint === undefined) return start
    if (checkpoint >= start && checkpoint <= end) return checkpoint
    if (checkpoint === LOCKED) throw new CheckpointOutOfRangeError(LOCKED_REASON)
    throw new CheckpointOutOfRangeError(
      `${topic}/${this.partition} holds offsets ${start} to ${end}, but its checkpoint is ${checkpoint}. ` +
        'Records were deleted before they were dealt with, or the topic was made anew.'
    )
  }

  async #step(): Promise<void> {
    await this.#local?.room()
    if (this.#hasWork() || (await this.#isCheckpointDue())) await this.#ports.turns.take(() => this.#deal())
  }

  async #deal(): Promise<void> {
    if (!this.#isIn('RUNNING')) return
    const batch = this.#take()
    const { clock } = this.#ports
    const started = clock.monotonic()
    const logic = this.#logic
    const due = this.#timersAreDue() ? await this.#local!.findDue(clock.now(), this.#atMost) : []
    const dueKeys = due.map(({ key }) => key)
    if (!(await this.#prepare(batch.records, dueKeys))) return
    const outputs = logic.process(batch.records, this.#store)
    outputs.push(...logic.fire(dueKeys, this.#store, this.partition))
    if (due.length > 0 && batch.records.length === 0 && outputs.length === 0) {
      // All of them have moved on since.
      this.#local!.seenTo(due)
      return
    }
    let mark: Mark
    try {
      mark = await this.#commit(outputs, batch.positions)
    } catch (error) {
      logic.abandoned()
      throw error
    }
    this.#gotOn()
    this.#atMost = Math.min(2 * this.#atMost, MAX_RECORDS_PER_TRANSACTION)
    this.#positions = { ...this.#positions, ...batch.positions }
    logic.committed(this.#store)
    // Before the states, of which one may be due again.
    this.#local!.seenTo(due)
    this.#store.merge(mark)
    this.#resume()
    const counts = Object.fromEntries(this.#ports.inputs.map(({ id }) => [id, 0]))
    for (const { input } of batch.records) counts[input]!++
    this.#ports.observe.transaction(counts, (clock.monotonic() - started) / 1000)
  }

  /**
   * What a batch needs may be out of reach, and the partition then stands still: nothing is known to be wrong with its
   * records. False when the partition was given up meanwhile.
   */
  async #prepare(records: readonly InputRecord[], dueKeys: readonly string[]): Promise<boolean> {
    while (this.#isIn('RUNNING')) {
      try {
        await this.#store.load([...keysOf(records), ...dueKeys])
        await this.#logic.prepare(records, this.#store)
        return true
      } catch (error) {
        if (error instanceof LocalStoreError) throw error
        this.#log.error({ err: error }, 'the partition waits: what its next records need cannot be had')
        this.#gotOn()
        await sleep(this.#ports.clock, PREPARE_RETRY_MS)
      }
    }
    return false
  }

  /** Everything of the inputs in order of precedence, up to one transaction. */
  #take(): { records: InputRecord[]; positions: Record<string, number> } {
    const records: InputRecord[] = []
    const positions: Record<string, number> = {}
    for (const { id, throttled } of this.#ports.inputs) {
      const room = Math.min(this.#atMost - records.length, throttled ? this.#logic.capacity() : Infinity)
      if (room <= 0) continue
      const taken = this.#queues.get(id)!.take(room, MAX_BYTES_PER_TRANSACTION)
      if (taken === null) continue
      records.push(...taken.records)
      positions[id] = taken.next
    }
    return { records, positions }
  }

  /** Waits for work; true when none came for so long that the checkpoint should follow the log. */
  async #isCheckpointDue(): Promise<boolean> {
    if (!this.#isIn('RUNNING') || this.#hasWork()) return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const { clock } = this.#ports
    const untilDue = this.#local!.nextDue - clock.now()
    const calledOff =
      untilDue < IDLE_CHECKPOINT_MS
        ? clock.after(Math.max(0, untilDue), () => resolve(false))
        : clock.after(IDLE_CHECKPOINT_MS, () => resolve(true))
    this.#wake = () => resolve(false)
    const due = await promise
    calledOff()
    return due && JSON.stringify(this.#positions) !== this.#checkpointed
  }

  #timersAreDue(): boolean {
    return this.#local!.nextDue <= this.#ports.clock.now()
  }

  #hasWork(): boolean {
    if (this.#timersAreDue()) return true
    return this.#ports.inputs.some(input => this.#queues.get(input.id)!.length > 0 && this.#takes(input))
  }

  #takes({ throttled }: InputTopic): boolean {
    return !throttled || this.#logic.capacity() > 0
  }

  #gotOn(): void {
    this.#progress = Symbol()
  }

  /** @returns the mark that its states carry in the local store */
  async #commit(outputs: readonly OutputRecord[], moved: Positions): Promise<Mark> {
    const { changelog, transactor } = this.#ports
    const { partition } = this
    const { topic } = changelog
    const positions = { ...this.#positions, ...moved }
    const states = this.#store.encode()
    const changelogId = this.#changelogId
    const entries = [...states, changelog.encodeCheckpoint(positions, changelogId)]
    const records = [...outputs, ...entries.map(entry => ({ topic, partition, ...entry }))]
    const written = await transactor.commit(records, () => this.#isIn('RUNNING'))
    this.#checkpointed = JSON.stringify(positions)
    return { changelogId, position: written.get(`${topic}/${partition}`)! + states.length }
  }

  #resume(): void {
    // A successor may be reading already.
    if (!this.#isIn('RUNNING')) return
    for (const topic of this.#paused) {
      const queue = this.#queues.get(this.#inputOf(topic).id)!
      if (queue.length > QUEUE_CAP / 2) continue
      this.#paused.delete(topic)
      this.#ports.readFrom(topic, this.partition, queue.position)
    }
  }
}

/** Like Promise.all, but nothing is still under way when it throws. */
async function allEnded<const Promises extends readonly Promise<unknown>[]>(
  promises: Promises
): Promise<{ -readonly [I in keyof Promises]: Awaited<Promises[I]> }> {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}

function* keysOf(records: readonly InputRecord[]): Iterable<string> {
  for (const { key } of records) if (key !== null) yield key.toString()
}
