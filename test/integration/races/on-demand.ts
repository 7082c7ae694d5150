/**
 * How many rounds of take-overs are asked for: one, unless `npm run conformance -- takeovers --count` says more.
 *
 * @param perRound take-overs of one round
 */
export function takeOverRounds(perRound: number): number {
  return Math.ceil(Number(process.env['AEGISPAY_TEST_TAKEOVERS'] ?? perRound) / perRound)
}
