import { createConnection } from 'node:net'
import { api, framesOf } from './kafka-frames.ts'

/** `none` when the coordinator knows no such transactional id, or has forgotten it. */
export type TransactionState = 'none' | 'Empty' | 'Ongoing' | 'PrepareAbort' | 'CompleteAbort' | (string & {})

/** What the transaction coordinator says of a transactional id; the client has no such request. */
export async function transactionState(broker: string, transactionalId: string): Promise<TransactionState> {
  const [host, port] = broker.split(':')
  const socket = createConnection({ host: host!, port: Number(port) })
  try {
    socket.write(describeTransactions(transactionalId))
    for await (const answer of framesOf(socket)) return stateIn(answer)
    throw new Error(`${broker} ended the connection`)
  } finally {
    socket.destroy()
  }
}

/** Version 0, flexible: lengths are varints, one more than they say, and every part ends with its tagged fields. */
function describeTransactions(transactionalId: string): Buffer {
  const id = Buffer.from(transactionalId)
  const head = Buffer.alloc(11)
  head.writeInt16BE(api.describeTransactions, 0)
  // Bytes 2 to 7 are version 0 and correlation id 0; a null client id and no tagged fields follow.
  head.writeInt16BE(-1, 8)
  const body = Buffer.concat([head, Buffer.from([2, id.length + 1]), id, Buffer.from([0])])
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

/** Behind length, correlation id, tagged fields, time to hold back and the number of entries, which is one. */
function stateIn(answer: Buffer): TransactionState {
  const entry = answer.subarray(4 + 4 + 1 + 4 + 1)
  const TRANSACTIONAL_ID_NOT_FOUND = 105
  const error = entry.readInt16BE(0)
  if (error === TRANSACTIONAL_ID_NOT_FOUND) return 'none'
  if (error !== 0) throw new Error(`DescribeTransactions was answered ${error}`)
  const idLength = entry[2]! - 1
  const state = entry.subarray(3 + idLength)
  return state.subarray(1, state[0]).toString()
}
