// What a chaos scenario says: a load, what goes wrong meanwhile, and what is to hold all the same.
import Type, { type Static } from 'typebox'

const LONGEST_MS = 600_000
const span = (description: string, minimum = 1) =>
  Type.Integer({ minimum, maximum: LONGEST_MS, description: `Milliseconds ${description}` })
const share = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: `Share, 0 to 1, ${description}` }))

const strict = { additionalProperties: false } as const

const Load = Type.Object(
  {
    perSecond: Type.Number({ exclusiveMinimum: 0, maximum: 200, description: 'Payments begun in a second.' }),
    forMs: span('for which payments are begun.'),
    currency: Type.Optional(
      Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217 code; EUR unless given.' })
    ),
    amount: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Minor units; 1099 unless given.' })
    ),
    token: Type.Optional(
      Type.String({
        ...{ minLength: 1, maxLength: 100, pattern: '^tok_' },
        description: 'The sandbox token that is paid with; tok_visa unless given.'
      })
    )
  },
  { ...strict, description: 'Payments are begun at an even pace, however long they take.' }
)

const SandboxFault = Type.Object(
  {
    latencyMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 60_000,
        description: 'Milliseconds by which every answer is late.'
      })
    ),
    errorShare: share('of requests that are answered 503 before anything is done.'),
    rateLimitShare: share('of calls that are answered 429.'),
    silentShare: share('of calls that are done and never answered: time-outs after the charge.'),
    lostShare: share('of calls that are neither done nor answered.')
  },
  { ...strict, minProperties: 1, description: 'What the sandbox is told to do wrong.' }
)

const AtGateway = Type.Object(
  {
    gateway: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Id of a profile that has the adapter sandbox.'
    }),
    fromMs: span('after the start of the load at which it begins.', 0),
    forMs: span('that it lasts.'),
    fault: SandboxFault,
    flapping: Type.Optional(
      Type.Object(
        { onMs: span('with the fault.', 100), offMs: span('without.', 100) },
        { ...strict, description: 'It comes and goes all the time that it lasts.' }
      )
    )
  },
  { ...strict, description: 'A gateway of the sandbox does badly.' }
)

const Cut = Type.Object(
  {
    proxy: Type.String({ minLength: 1, maxLength: 64, description: 'Name of a proxy that Toxiproxy has.' }),
    fromMs: span('after the start of the load at which it begins.', 0),
    forMs: span('that it lasts.')
  },
  {
    ...strict,
    description: 'A proxy of Toxiproxy lets nothing through. Without Toxiproxy the scenario is skipped.'
  }
)

const Hypothesis = Type.Object(
  {
    approvalShare: share('of the payments that are to be charged in the end.'),
    p95Ms: Type.Optional(span('within which 95 of 100 requests are answered.')),
    settledWithinMs: span('after the load within which every payment that was accepted has come to its end.')
  },
  {
    ...strict,
    description:
      'What is to hold. That nobody is charged twice, and nobody for nothing, is always part of it.'
  }
)

export const Scenario = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9-]{1,64}$', description: 'By which it is run.' }),
    description: Type.String({ minLength: 1, maxLength: 400, description: 'For people.' }),
    load: Load,
    faults: Type.Array(Type.Union([AtGateway, Cut]), {
      maxItems: 20,
      description: 'What goes wrong, and when.'
    }),
    hypothesis: Hypothesis
  },
  { ...strict, title: 'ChaosScenario', description: 'What `aegispay chaos run` does and judges.' }
)

export type Scenario = Static<typeof Scenario>
export type Hypothesis = Static<typeof Hypothesis>
export type GatewayFault = Static<typeof AtGateway>
export type Cut = Static<typeof Cut>

export const isCut = (fault: GatewayFault | Cut): fault is Cut => 'proxy' in fault

/** For the editors of those who write scenarios: `schemas/chaos/scenario.json`. */
export const publishedScenario = (): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:aegispay:chaos:scenario',
  ...Scenario
})
