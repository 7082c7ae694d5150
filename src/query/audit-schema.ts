// The route of a payment's audit trail.
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { byPaymentId } from '../payment-schema.ts'
import { instant, nullable, securedBy } from '../platform/http/schema-parts.ts'
import { auditExamples } from './examples.ts'
import { headers, readProblems, tags } from './route-schemas.ts'

const sha256 = (description: string) => Type.String({ pattern: '^[0-9a-f]{64}$', description })

const entry = Type.Object(
  {
    eventId: Type.String(),
    type: Type.String({ description: 'What happened; `CommandRejected` where nothing did.' }),
    occurredAt: instant,
    causationId: nullable(Type.String(), 'The command that led to it.'),
    decidedBy: nullable(Type.String(), 'Who decided it, where an operator did.'),
    partition: Type.Integer({ minimum: 0, description: 'Of `payments.events`.' }),
    offset: Type.Integer({ minimum: 0 }),
    number: Type.Integer({ minimum: 1, description: "In the partition's chain." }),
    digest: sha256('SHA-256 of the record on the topic, as docs/audit.md specifies.'),
    chain: sha256('What the chain comes to with this entry: no entry before it can be changed and keep it.')
  },
  { title: 'AuditEntry' }
)

export const listAuditSchema = {
  operationId: 'listAudit',
  summary: 'Read what the audit trail has of a payment',
  ...{ ...securedBy('payments:read'), tags, headers },
  params: byPaymentId,
  madeOf: ['audit'],
  answers: {
    200: {
      description: 'Its entries, in the order of the log, those of refused commands included.',
      schema: Type.Object({ data: Type.Array(entry) }, { title: 'AuditTrail' })
    }
  },
  problems: [...readProblems, 'payment_not_found'],
  examples: auditExamples
} satisfies FastifySchema
