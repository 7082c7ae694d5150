// The examples of the administration. A test sends them to a real service with the demo data, in the order of the document.
import type { ControlKind, WrittenKind } from '../control/documents.ts'
import { ApiError } from '../errors.ts'
import type { Example } from '../platform/http/description.ts'
import { problemOf } from '../platform/http/problem.ts'

type Examples = Readonly<Record<string, Example>>

const reason = { 'AegisPay-Reason': 'ticket 4711' }
const first = { 'If-None-Match': '*', ...reason }

const acme = {
  ...{ id: 'acme', name: 'Acme Ltd', active: true },
  payments: { refundWindowMs: 2_592_000_000, attempts: 3 },
  compliance: { currencies: ['EUR', 'JPY'], maxAmount: { EUR: 1_000_000 } }
}
const profile = {
  id: 'sandbox-delta',
  adapter: 'sandbox',
  url: 'http://127.0.0.1:9090/gateways/sandbox-delta',
  priority: 9,
  currencies: [],
  operations: ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID'],
  callTimeoutMs: 5000,
  sendWithinMs: 30_000,
  maxConnections: 64,
  settlingTimeMs: 1000,
  idempotencyWindowMs: 86_400_000,
  feeBasisPoints: 120,
  feeFixed: 10
}
const limits = { id: 'acme', requestsPerMinute: 6000 }
const fraudRules = {
  id: 'careful',
  rules: [
    { name: 'busy-token', velocity: { by: 'token', within: '1h', over: 5 }, score: 60 },
    {
      name: 'large',
      when: { currencies: ['EUR'], amount: { from: 500_000 } },
      score: 40,
      message: 'More than 5000 euros.'
    }
  ],
  reviewFrom: 50,
  blockFrom: 90
}
const policy = {
  id: 'learning',
  rules: [
    { name: 'yen', when: { currencies: ['JPY'] }, prefer: ['sandbox-gamma', 'sandbox-beta'] },
    {
      name: 'small-euro',
      when: { currencies: ['EUR'], amount: { below: 500 } },
      split: { 'sandbox-alpha': 1 }
    }
  ],
  constraints: { minHealth: 0.5 },
  weights: { approval: 1, cost: 1, latency: 0.01, health: 0.1 },
  choice: 'thompson',
  exploration: 0.05,
  variants: [{ name: 'cheap', share: 0.1, weights: { cost: 1 }, choice: 'best' }]
}

const written = (summary: string, document: { readonly id: string }): Examples => ({
  made: {
    summary,
    params: { id: document.id },
    headers: first,
    body: document,
    status: 201,
    answer: document
  },
  overtaken: {
    summary: 'A change that is based on another version',
    params: { id: document.id },
    headers: { 'If-Match': '"999999999"' },
    body: document,
    status: 412,
    answer: problemOf(new ApiError('precondition_failed'))
  }
})

export const putExamples: Readonly<Record<WrittenKind, Examples>> = {
  merchants: written('A new merchant', acme),
  'gateway-profiles': written('A gateway that takes no new payments yet', profile),
  limits: written('Limits of its own', limits),
  'routing-policies': written('A policy that learns', policy),
  'fraud-rules': written('Hold what comes too often', fraudRules)
}

export const deleteLimitsExamples: Examples = {
  blind: {
    summary: 'Without saying which version',
    params: { id: limits.id },
    status: 428,
    answer: problemOf(new ApiError('precondition_missing'))
  }
}

export const createKeyExamples: Examples = {
  reader: {
    summary: 'A key that reads',
    headers: reason,
    body: { merchantId: 'acme', scopes: ['payments:read'] },
    status: 201
  },
  orphan: {
    summary: 'A key for a merchant that there is not',
    body: { merchantId: 'nobody', scopes: ['payments:read'] },
    status: 422,
    answer: problemOf(
      new ApiError('reference_unknown', { faults: [{ path: '/merchantId', message: 'is no merchant' }] })
    )
  }
}

export const rotateKeyExamples: Examples = {
  overlap: {
    summary: 'The earlier secret works for another hour',
    params: { id: 'demo' },
    headers: reason,
    body: { overlapSeconds: 3600 },
    status: 200
  }
}

export const revokeKeyExamples: Examples = {
  unknown: {
    summary: 'A key that there is not',
    params: { id: '0123abcd' },
    status: 404,
    answer: problemOf(new ApiError('document_not_found'))
  }
}

export const listExamples: Examples = {
  page: { summary: 'The first page', query: { limit: '2' }, status: 200 }
}

export const findExamples: Readonly<Record<ControlKind, Examples>> = {
  merchants: { found: { summary: 'A merchant', params: { id: 'acme' }, status: 200, answer: acme } },
  'api-keys': { found: { summary: 'A key, without its secret', params: { id: 'demo' }, status: 200 } },
  'gateway-profiles': {
    found: { summary: 'A gateway profile', params: { id: profile.id }, status: 200, answer: profile }
  },
  limits: { found: { summary: 'Limits', params: { id: 'acme' }, status: 200, answer: limits } },
  'routing-policies': {
    found: { summary: 'A policy', params: { id: policy.id }, status: 200, answer: policy }
  },
  'fraud-rules': {
    found: { summary: 'Rules', params: { id: fraudRules.id }, status: 200, answer: fraudRules }
  }
}

const versions = (id: string): Examples => ({
  newest: { summary: 'The newest version', params: { id }, query: { limit: '1' }, status: 200 }
})
export const historyExamples: Readonly<Record<ControlKind, Examples>> = {
  merchants: versions('acme'),
  'api-keys': versions('demo'),
  'gateway-profiles': versions(profile.id),
  limits: versions('acme'),
  'routing-policies': versions(policy.id),
  'fraud-rules': versions(fraudRules.id)
}

export const schemaExamples: Examples = {
  merchants: { summary: 'Of merchants', params: { kind: 'merchants' }, status: 200 }
}
