import { createHash } from 'node:crypto'

/**
 * A number in [0, 1) that depends on nothing but its inputs, so that a run can be repeated payment by payment.
 *
 * @param purpose keeps draws for different questions about one subject independent of each other.
 */
export function draw(purpose: string, subject: string): number {
  const digest = createHash('sha256').update(`${purpose}\n${subject}`).digest()
  return digest.readUInt32BE(0) / 2 ** 32
}
