/** Of every call. */
export interface CallOptions {
  /** Ends the call. A command that was under way may take effect all the same. */
  readonly signal?: AbortSignal
  /** Milliseconds that one request may take, instead of the service's. */
  readonly timeoutMs?: number
}

/** Of every read. */
export interface ReadOptions extends CallOptions {
  /** Of an answer: the read waits, up to 2 s, until it shows what that answer came of. */
  readonly position?: string
}

/** What of the options is for the request. */
export const callOf = ({ signal, timeoutMs }: CallOptions): CallOptions => ({
  ...(signal === undefined ? {} : { signal }),
  ...(timeoutMs === undefined ? {} : { timeoutMs })
})

export const POSITION_HEADER = 'aegispay-position'

/** What of the options of a read stands in its headers. */
export const headersOf = ({ position }: ReadOptions): Readonly<Record<string, string | undefined>> => ({
  [POSITION_HEADER]: position
})
