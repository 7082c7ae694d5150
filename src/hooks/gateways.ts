// Adapters of the user's own, as the roles see them. The gateway's thread may fail at any moment, and from then on nobody
// knows what has left it: that is an unknown outcome, never a failure.
import { ApiError } from '../errors.ts'
import {
  outcomeWithout,
  type Adapter,
  type Gateway,
  type GatewayCall,
  type GatewayOutcome,
  type GatewayProfile,
  type NotificationProtocol
} from '../processors/gateway/spi.ts'
import { readContent, readNotificationId, readOutcome, readVerdict } from './gateway-answers.ts'
import type { HookPort, NoAnswer } from './hook-host.ts'
import type { RunningHook } from './load.ts'

/** Milliseconds that a hook has beyond the time of its call, so that it can say itself what came of it. */
const GRACE_MS = 500
/** Milliseconds within which a notification has to be judged. */
const NOTIFICATION_MS = 2000

/** The adapters by the name that profiles have for them. */
export const hookAdapters = (hooks: readonly RunningHook<'gateways'>[]): ReadonlyMap<string, Adapter> =>
  new Map(hooks.map(hook => [`hook:${hook.name}`, adapterOf(hook)]))

let sessions = 0

const adapterOf = ({ host, canProbe }: RunningHook<'gateways'>): Adapter => ({
  open: (profile, { apiKey }) => openHooked(host, { session: ++sessions, profile, apiKey }, canProbe),
  notifications: notificationsOf(host)
})

/** Which gateway the thread is asked about; one that has been started anew opens it again. */
interface Session {
  readonly session: number
  readonly profile: GatewayProfile
  readonly apiKey: string | null
}

function openHooked(host: HookPort, session: Session, canProbe: boolean): Gateway {
  const { callTimeoutMs } = session.profile
  const underWay = new Set<Promise<unknown>>()
  let isClosing = false
  const ask = async (method: string, call: GatewayCall | null, limitMs: number) => {
    const asked = host.ask(method, { ...session, call, until: Date.now() + limitMs }, limitMs + GRACE_MS)
    underWay.add(asked)
    return asked.finally(() => underWay.delete(asked))
  }
  return {
    async perform(call) {
      if (isClosing) return outcomeWithout('NOT_SENT', 'gateway_closing', 'the gateway is being closed')
      const { answer, missing } = await ask('perform', call, call.timeoutMs)
      if (missing === 'not-asked') return outcomeWithout('NOT_SENT', 'gateway_hook_away', whyMissing[missing])
      return missing === null ? readOutcome(answer, call) : unknown(missing)
    },

    async lookUp(call) {
      if (isClosing) return outcomeWithout('UNKNOWN', 'gateway_closing', 'the gateway is being closed')
      const { answer, missing } = await ask('lookUp', call, callTimeoutMs)
      if (missing !== null) return unknown(missing)
      // That the gateway knows nothing of the call may become proof: it has to be said in so many words.
      if (answer === 'NOT_FOUND') return null
      const found = readOutcome(answer, call)
      const isAboutTheLookUp = found.outcome === 'NOT_SENT' || found.outcome === 'REFUSED'
      return isAboutTheLookUp ? { ...found, outcome: 'UNKNOWN' } : found
    },

    ...(canProbe && {
      probe: async () => (await ask('probe', null, callTimeoutMs)).answer === true
    }),

    async close() {
      isClosing = true
      await Promise.all(underWay)
      await host.ask('close', session, callTimeoutMs)
    }
  }
}

const whyMissing: Readonly<Record<NoAnswer, string>> = {
  'not-asked': 'the adapter is not there now',
  died: 'the adapter ended in the middle of it',
  late: 'the adapter gave no answer in time',
  failed: 'the adapter failed'
}

const unknown = (missing: NoAnswer): GatewayOutcome =>
  outcomeWithout('UNKNOWN', `gateway_hook_${missing.replace('-', '_')}`, whyMissing[missing])

/** @throws ApiError not_ready when the hook does not say: the gateway will notify again */
function notificationsOf(host: HookPort): NotificationProtocol {
  const ask = async <T>(method: string, args: object, read: (answer: unknown) => T): Promise<T> => {
    const { answer, missing } = await host.ask(method, args, NOTIFICATION_MS)
    if (missing !== null) throw new ApiError('not_ready')
    return read(answer)
  }
  return {
    isSigned: headers => ask('isSigned', { headers }, answer => answer === true),
    judge: (body, headers, secrets) => ask('judge', { body, headers, secrets }, readVerdict),
    idOf: (body, headers) => ask('idOf', { body, headers }, readNotificationId),
    read: body => ask('read', { body }, readContent)
  }
}
