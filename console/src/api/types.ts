import type { components } from './schema.d.ts'

type Schemas = components['schemas']

export type Payment = Schemas['Payment']
export type PaymentEvent = Schemas['Event']
export type Refund = Schemas['Refund']
export type RoutingChoice = Schemas['RoutingChoice']
export type GatewayHealth = Schemas['GatewayHealth']
export type UnknownOutcome = Schemas['UnknownOutcome']
export type HeldPayment = Schemas['HeldPayment']
export type WebhookDelivery = Schemas['WebhookDelivery']
export type WebhookEndpoint = Schemas['WebhookEndpoint']
export type RoutingPolicy = Schemas['RoutingPolicy']
export type DeadLetterSummary = Schemas['DeadLettersPage']['data'][number]
export type RoutingReplay = Schemas['RoutingReplay']
export type PaymentFigures = Schemas['PaymentFigures']
