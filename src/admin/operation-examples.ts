// The examples of what operators see and do beside control data. A test sends them to a real service with the demo data.
import { ApiError } from '../errors.ts'
import type { Example } from '../platform/http/description.ts'
import { problemOf } from '../platform/http/problem.ts'

type Examples = Readonly<Record<string, Example>>

export const listLettersExamples: Examples = {
  none: {
    summary: 'None was put aside',
    query: { limit: '10' },
    status: 200,
    answer: { data: [], nextCursor: null }
  }
}

export const findLetterExamples: Examples = {
  unknown: {
    summary: 'A letter that there is not',
    params: { id: '0-17' },
    status: 404,
    answer: problemOf(new ApiError('dead_letter_not_found'))
  }
}

export const redriveLetterExamples: Examples = {
  unknown: {
    summary: 'A letter that there is not',
    params: { id: '0-17' },
    body: { reason: 'the schema is registered now' },
    status: 404,
    answer: problemOf(new ApiError('dead_letter_not_found'))
  }
}

const policy = { id: 'default', priorities: { 'sandbox-beta': 1, 'sandbox-alpha': 2 } }

export const validatePolicyExamples: Examples = {
  valid: {
    summary: 'A policy that could be written',
    body: policy,
    status: 200,
    answer: { valid: true, faults: [] }
  },
  faulty: {
    summary: 'A policy that names a gateway that there is not',
    body: { id: 'default', rules: [{ name: 'yen', prefer: ['nowhere'] }] },
    status: 200,
    answer: { valid: false, faults: [{ path: '/rules/0/prefer/0', message: 'is no gateway' }] }
  }
}

export const startReplayExamples: Examples = {
  month: {
    summary: 'A month by another policy',
    body: { policy, from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
    status: 202
  },
  backwards: {
    summary: 'A time that ends before it begins',
    body: { policy, from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    status: 400,
    answer: problemOf(
      new ApiError('body_invalid', { faults: [{ path: '/to', message: 'must be later than from' }] })
    )
  }
}

const unknownReplay = {
  unknown: {
    summary: 'A replay that this process does not know',
    params: { id: 'rr_00000000000000000000000000000000' },
    status: 404,
    answer: problemOf(new ApiError('replay_not_found'))
  }
}
export const findReplayExamples: Examples = unknownReplay
export const cancelReplayExamples: Examples = unknownReplay
