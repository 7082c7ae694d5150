// How long is waited before something is tried, or looked up, again.
import { fnv1a } from '../hashes.ts'

/**
 * Exponential backoff with full jitter: all of the wait is drawn, so that those who failed together come back as far from each
 * other as can be. The draw follows from the seed: the same decision is made again by whoever makes it again.
 *
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param nth from 1
 * @param firstMs milliseconds, of the first wait
 * @param greatestMs milliseconds
 * @returns milliseconds, from 1
 */
export function backoff(nth: number, firstMs: number, greatestMs: number, seed: string): number {
  const whole = Math.min(firstMs * 2 ** (nth - 1), greatestMs)
  return Math.max(1, Math.ceil(whole * draw(seed, nth)))
}

/**
 * The same with equal jitter, half of the wait being certain: for questions, whose answers need their time to come. With waits that may
 * be next to nothing the same is asked many times before the first answer is there, most of all when everything is slow.
 */
export function spacedBackoff(nth: number, firstMs: number, greatestMs: number, seed: string): number {
  const whole = Math.min(firstMs * 2 ** (nth - 1), greatestMs)
  return Math.ceil(whole / 2 + (whole / 2) * draw(seed, nth))
}

/** Of the time that something has lasted, the part that is waited at least before it is tried again. */
const PART = 1 / 24

/**
 * The least wait for what may never end: hourly after a day, daily after a month. So a payment that nobody resolves gets
 * some hundred events in a year instead of thousands, and what was out for long is noticed in good time all the same.
 *
 * @param since epoch milliseconds, as `now`
 * @returns milliseconds
 */
export const patience = (since: number, now: number): number => Math.ceil(Math.max(0, now - since) * PART)

/** From 0 to 1, without 1. */
const draw = (seed: string, nth: number): number => (fnv1a(`.${nth}`, fnv1a(seed)) >>> 0) / 2 ** 32
