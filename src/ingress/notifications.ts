// Takes in what gateways tell by themselves. Like a command, nothing is acknowledged that is not on all in-sync replicas:
// a gateway that has been told "taken" may never say it again.
import type { RecordGatewayNotification } from '../generated/records.ts'
import { partitionOf } from '../platform/kafka/partition-of.ts'
import { transportHeaders } from '../replies.ts'
import type { IngressPorts } from './ingress.ts'

type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

type Told = 'outcome' | 'reference' | 'amount' | 'currency' | 'settled' | 'declineType' | 'code' | 'message'

/** What is known of the gateways' protocols, which is another role's business. */
export interface GatewayProtocols {
  /** Whether notifications of the gateway can be told from forged ones. */
  knows(gateway: string): boolean
  /** Whether a request bears what its signature is judged by. */
  isSigned(gateway: string, headers: RequestHeaders): Promise<boolean>
  /** @param body just as it arrived */
  judge(gateway: string, body: Buffer, headers: RequestHeaders): Promise<'GENUINE' | 'STALE' | 'FORGED'>
  /** The gateway's id of the notification; null where it has none. */
  idOf(gateway: string, body: unknown, headers: RequestHeaders): Promise<string | null>
  /** @param body parsed JSON that is the gateway's beyond doubt; nothing is said by what does not follow its protocol */
  read(
    gateway: string,
    body: unknown
  ): Promise<
    | {
        readonly about: 'operation'
        readonly operation: Pick<RecordGatewayNotification, 'paymentId' | 'operationId' | 'attempt'>
        readonly outcome: Pick<RecordGatewayNotification, Told | 'redirectUrl'>
      }
    | { readonly about: 'other' | 'nothing' }
  >
}

type NotificationPorts = Pick<IngressPorts, 'send' | 'encode' | 'topics' | 'partitions' | 'metrics'>

/** A notification that is the gateway's beyond doubt. */
export interface GenuineNotification {
  readonly gateway: string
  /** The gateway's, the same whenever it sends it. */
  readonly notificationId: string
  /** Parsed JSON. */
  readonly body: unknown
  readonly correlationId: string
  /** W3C trace context, well-formed. */
  readonly traceparent: string | undefined
}

export class Notifications {
  readonly protocols: GatewayProtocols
  readonly #ports: NotificationPorts

  constructor(protocols: GatewayProtocols, ports: NotificationPorts) {
    this.protocols = protocols
    this.#ports = ports
  }

  /**
   * Stores what it says about an operation, for the owner of the payment to judge; a repeat is stored again.
   *
   * @returns the payment that it is about; null when it concerns none of ours, and 'MALFORMED' when it says nothing
   * @throws ProducerUnavailableError when Kafka does not confirm it in time
   */
  async record(notification: GenuineNotification): Promise<{ paymentId: string } | null | 'MALFORMED'> {
    const { gateway, notificationId, body, correlationId, traceparent } = notification
    const content = await this.protocols.read(gateway, body)
    if (content.about !== 'operation') {
      if (content.about === 'nothing') return 'MALFORMED'
      this.#count(gateway, 'ignored')
      return null
    }
    const { operation, outcome } = content
    const { send, encode, topics, partitions } = this.#ports
    const name = 'aegispay.outcomes.RecordGatewayNotification'
    const { paymentId } = operation
    const record = { notificationId, ...operation, gateway, ...outcome, receivedAt: Date.now() }
    await send({
      topic: topics.outcomes,
      partition: partitionOf(paymentId, partitions),
      key: paymentId,
      value: encode(name, record),
      headers: {
        ...{ ce_specversion: '1.0', ce_id: notificationId, ce_source: '/ingress', ce_type: name },
        [transportHeaders.correlationId]: correlationId,
        ...(traceparent === undefined ? {} : { traceparent })
      }
    })
    this.#count(gateway, outcome.outcome)
    return { paymentId }
  }

  #count(gateway: string, outcome: string): void {
    this.#ports.metrics.counter('aegispay_gateway_notifications_total').inc({ gateway, outcome })
  }
}
