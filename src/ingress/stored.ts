import { ApiError } from '../errors.ts'
import { ProducerUnavailableError } from '../platform/kafka/batching-producer.ts'

/** @throws ApiError kafka_unavailable when Kafka has not confirmed what was to be stored */
export async function stored<T>(submitted: Promise<T>): Promise<T> {
  try {
    return await submitted
  } catch (error) {
    if (error instanceof ProducerUnavailableError) throw new ApiError('kafka_unavailable', { cause: error })
    throw error
  }
}
