// The client shares no code with the service; these tests hold the two together.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { isRetryableStatus, mayHaveTakenEffect } from '../../../client/src/errors.ts'
import { paymentIdOf } from '../../../client/src/index.ts'
import { partitionOf } from '../../../client/src/kafka/partition.ts'
import { errors } from '../../../src/errors.ts'
import * as identity from '../../../src/identity.ts'
import * as placement from '../../../src/platform/kafka/partition-of.ts'

/** Answered by routes that the client does not ask. */
const ofOperators = new Set(['too_many_replays'])

describe('of every error that it can be answered, the client knows whether to try again', () => {
  test.each(Object.entries(errors).filter(([code]) => !ofOperators.has(code)))(
    '%s',
    (code, { status, retry, doc }) => {
      expect(isRetryableStatus(status)).toBe(retry)
      const isNothingDone = !retry || doc.startsWith('Nothing was done') || /\. Nothing was done;/.test(doc)
      expect(mayHaveTakenEffect(status, code)).toBe(!isNothingDone)
    }
  )
})

test('a payment has the id that the service gives it', async () => {
  expect(await paymentIdOf('mérchant', 'ключ-✓')).toBe('pay_sbeb5ve5dmqkaeozy6va2rw4pbq7i6qq')
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string(), async (merchant, key) => {
      expect(await paymentIdOf(merchant, key)).toBe(identity.paymentIdOf(merchant, key))
    })
  )
})

test('a key has the partition on which its owner looks first', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 1000 }), (key, partitions) => {
      expect(partitionOf(key, partitions)).toBe(placement.partitionOf(key, partitions))
    })
  )
})

interface Package {
  readonly version: string
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

test('the package has the version of the service, and takes the Avro library that it was tested with', () => {
  const [client, service] = ['client/package.json', 'package.json'].map(
    path => JSON.parse(readFileSync(path, 'utf8')) as Package
  ) as [Package, Package]
  expect(client.version).toBe(service.version)
  expect(client.dependencies).toBeUndefined()
  expect(client.peerDependencies).toEqual({ avsc: `^${service.dependencies!['avsc']!}` })
  const offered = Object.keys(service.exports).filter(name => name.startsWith('./client'))
  expect(Object.keys(client.exports)).toEqual(offered)
})
