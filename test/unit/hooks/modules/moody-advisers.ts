// Advisers that do what the metadata of a payment say under their names.
import { defineHooks, type FraudOpinion, type GuardVerdict, type PaymentFacts } from 'aegispay/hooks'

async function behave(how: string | undefined, otherwise: unknown): Promise<unknown> {
  switch (how) {
    case 'throw':
      throw new Error('no')
    case 'hang':
      return new Promise(() => undefined)
    case 'loop':
      for (;;);
    default:
      return how === undefined ? otherwise : (JSON.parse(how) as unknown)
  }
}

const as = (name: string, otherwise: unknown) => (payment: PaymentFacts) =>
  behave(payment.metadata[name], otherwise)

export default defineHooks({
  fraudChecks: {
    moody: { check: payment => as('check', null)(payment) as Promise<FraudOpinion | null> },
    strict: { check: () => ({ score: 10, message: 'always' }), whenMissing: 'review' }
  },
  guards: {
    moody: { judge: payment => as('guard', { allow: true })(payment) as Promise<GuardVerdict> },
    lax: {
      whenMissing: 'allow',
      judge: payment => as('lax', { allow: true })(payment) as Promise<GuardVerdict>
    }
  },
  routingSignals: {
    moody: { rate: payment => as('signal', { one: 0.5 })(payment) as Promise<Record<string, number>> },
    steady: { rate: (_payment, gateways) => Object.fromEntries(gateways.map(id => [id, -1])) }
  }
})
