import type { Job } from '../platform/job-queue.ts'

/** The webhooks of one payment to one endpoint, which go out one after the other; those that are sent again apart. */
export interface Lane {
  readonly endpointId: string
  readonly paymentId: string
  readonly isAgain: boolean
}

/** Of the job queue. */
export const LANES = 'webhook-lanes'

export const laneKey = ({ endpointId, paymentId, isAgain }: Lane): string =>
  `${endpointId}/${paymentId}${isAgain ? '/again' : ''}`

/** The job that sends what is due in the lane. */
export const laneJob = (lane: Lane, at?: Date): Job<Lane> => ({
  key: laneKey(lane),
  group: lane.endpointId,
  data: lane,
  ...(at === undefined ? {} : { at })
})
