import { LANES } from './lane.ts'
import { MAIL_LANES } from './mail/lane.ts'

/** The job queues that have to be there. */
export const queueNames = [LANES, MAIL_LANES] as const
