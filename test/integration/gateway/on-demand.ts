/**
 * How many payments are asked for, unless `npm run conformance -- failover --count` says more.
 * @param unless the number that every run of the tests makes
 */
export const paymentsAsked = (unless: number): number =>
  Number(process.env['AEGISPAY_TEST_PAYMENTS'] ?? unless)
