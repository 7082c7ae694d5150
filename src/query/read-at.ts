// Reads that wait for what the reader knows to have happened.
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'
import { parsePosition, POSITION_HEADER, type InputPosition } from '../position.ts'
import { reading } from '../projections/reading.ts'
import { untilVisible, type ReadModel } from './read-model.ts'

/** What is read, and what it takes to wait for a position. */
export interface PositionedReads {
  readonly model: ReadModel
  /** Of the topics that positions name. */
  readonly partitions: number
  /** A reader has waited for a position. */
  readonly waited: (seconds: number) => void
}

const POSITION = POSITION_HEADER.toLowerCase()

export const namesPosition = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers[POSITION] !== undefined

/**
 * Reads once the views have come as far as the request asks for.
 *
 * @param views that have to; those of payments and their events unless given
 * @throws ApiError position_malformed, read_model_behind, read_model_unavailable
 */
export function readAt<T>(
  request: Pick<FastifyRequest, 'headers'>,
  { model, partitions, waited }: PositionedReads,
  query: (model: ReadModel) => Promise<T>,
  views?: readonly string[]
): Promise<T> {
  const position = positionOf(request, partitions)
  return reading(async () => {
    if (position !== null) {
      const began = performance.now()
      const handledThrough: ReadModel['handledThrough'] = (input, partition) =>
        model.handledThrough(input, partition, views)
      await untilVisible({ handledThrough }, position).finally(() =>
        waited((performance.now() - began) / 1000)
      )
    }
    return await query(model)
  })
}

/**
 * What the request waits for.
 * @param partitions of the topics that positions name
 * @throws ApiError position_malformed
 */
export function positionOf(
  { headers }: Pick<FastifyRequest, 'headers'>,
  partitions: number
): InputPosition | null {
  const token = headers[POSITION]
  if (token === undefined) return null
  const position = parsePosition(String(token))
  if (position === null || position.partition >= partitions) throw new ApiError('position_malformed')
  return position
}
