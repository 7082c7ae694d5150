import type { Command } from '../../../src/domain/payment/commands.ts'
import { commandIdOf, fingerprintOf, paymentIdOf } from '../../../src/identity.ts'

export function initiate(idempotencyKey: string, changes: Partial<Command> = {}): Command {
  const merchantId = 'm1'
  const paymentId = paymentIdOf(merchantId, idempotencyKey)
  const terms = {
    ...{ amount: 1099, currency: 'EUR', capture: 'AUTOMATIC' as const, captureDelayMs: null },
    customer: { id: `customer of ${idempotencyKey}`, country: 'DE' },
    paymentMethod: { type: 'CARD' as const, token: 'tok_visa', network: null },
    addressDigest: null,
    description: 'Tea',
    metadata: { order: '7' }
  }
  return identified({
    type: 'InitiatePayment',
    merchantId,
    paymentId,
    idempotencyKey,
    ...terms,
    ...changes
  } as Command)
}

export const capture = (paymentId: string, idempotencyKey: string, merchantId = 'm1'): Command =>
  identified({
    ...{ type: 'CapturePayment', merchantId, paymentId, idempotencyKey },
    ...{ amount: null, expectedVersion: null }
  } as Command)

function identified(command: Command): Command {
  const operation = command.type === 'InitiatePayment' ? 'initiate' : 'capture'
  const { merchantId, paymentId, idempotencyKey } = command
  const commandId = commandIdOf(merchantId, paymentId, operation, idempotencyKey)
  return { ...command, commandId, fingerprint: fingerprintOf(command) }
}
