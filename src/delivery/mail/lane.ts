import type { Job } from '../../platform/job-queue.ts'

/** The mails about one payment, which go out one after the other. */
export interface MailLane {
  readonly merchantId: string
  readonly paymentId: string
}

/** Of the job queue. */
export const MAIL_LANES = 'mail-lanes'

/** The job that sends what is due in the lane. */
export const mailJob = (lane: MailLane, at?: Date): Job<MailLane> => ({
  key: lane.paymentId,
  group: lane.merchantId,
  data: lane,
  ...(at === undefined ? {} : { at })
})
