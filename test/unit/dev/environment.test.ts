import { expect, test } from '@jest/globals'
import { addressesAsSettings, addressesIn } from '../../../dev/stack/environment.ts'

const settings = {
  AEGISPAY_KAFKA_BROKERS: 'one:9092,two:9092',
  AEGISPAY_SCHEMA_REGISTRY_URL: 'http://registry',
  AEGISPAY_POSTGRES_URL: 'postgres://database',
  AEGISPAY_REDIS_URL: 'redis://cache'
}

test('takes the four addresses and passes the same on', () => {
  const addresses = addressesIn(settings)
  expect(addresses?.kafka.brokers).toEqual(['one:9092', 'two:9092'])
  expect(addressesAsSettings(addresses!)).toEqual(settings)
})

test('leaves the choice to the other providers when no address is given', () => {
  expect(addressesIn({ PATH: '/bin' })).toBeUndefined()
})

test('refuses addresses given in part, naming the missing ones', () => {
  const partly = { ...settings, AEGISPAY_POSTGRES_URL: undefined, AEGISPAY_REDIS_URL: '' }
  expect(() => addressesIn(partly)).toThrow('set AEGISPAY_POSTGRES_URL, AEGISPAY_REDIS_URL too')
})
