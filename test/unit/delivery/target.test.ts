import { describe, expect, test } from '@jest/globals'
import type { LookupAddress } from 'node:dns'
import { checkTarget, guardedLookup, isAllowedAddress } from '../../../src/delivery/target.ts'

const PUBLIC = { allowLoopback: false }
const SANDBOX = { allowLoopback: true }

/** Each with what it is. */
const SPECIAL = {
  '0.0.0.0': 'this host',
  '10.1.2.3': 'private',
  '100.64.0.1': 'carrier-grade NAT',
  '127.0.0.1': 'loopback',
  '127.255.255.254': 'loopback',
  '169.254.169.254': 'link-local, metadata of clouds',
  '172.16.0.1': 'private',
  '172.31.255.255': 'private',
  '192.0.0.8': 'protocol assignments',
  '192.0.2.1': 'documentation',
  '192.88.99.1': '6to4 relays',
  '192.168.1.1': 'private',
  '198.18.0.1': 'benchmarks',
  '198.51.100.1': 'documentation',
  '203.0.113.1': 'documentation',
  '224.0.0.1': 'multicast',
  '240.0.0.1': 'reserved',
  '255.255.255.255': 'broadcast',
  '::': 'unspecified',
  '::1': 'loopback',
  '::127.0.0.1': 'IPv4-compatible',
  '::ffff:127.0.0.1': 'mapped',
  '::ffff:a00:1': 'mapped',
  '::ffff:8.8.8.8': 'mapped, even of a public one',
  '::ffff:0:127.0.0.1': 'translated',
  '64:ff9b::7f00:1': 'NAT64',
  '64:ff9b::8.8.8.8': 'NAT64, even of a public one',
  '64:ff9b:1::1': 'NAT64, local',
  '100::1': 'discard',
  '2001::1': 'Teredo',
  '2001:2::1': 'benchmarks',
  '2001:10::1': 'ORCHID',
  '2001:20::1': 'ORCHID',
  '2001:db8::1': 'documentation',
  '2002:7f00:1::1': '6to4 of loopback',
  '3fff::1': 'documentation',
  '5f00::1': 'segment routing',
  'fc00::1': 'unique local',
  'fd12:3456::1': 'unique local',
  'fe80::1': 'link-local',
  'fec0::1': 'site-local',
  'ff02::1': 'multicast',
  '4000::1': 'not given out',
  'e000::1': 'not given out'
}

describe('addresses', () => {
  test.each(Object.entries(SPECIAL))('refuses %s: %s', address => {
    expect(isAllowedAddress(address, PUBLIC)).toBe(false)
  })

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.128.0.1',
    '2001:4860:4860::8888',
    '2606:4700::1111'
  ])('allows %s', address => expect(isAllowedAddress(address, PUBLIC)).toBe(true))

  test('what is no address is refused', () => {
    for (const text of ['', 'shop.example', '1.2.3', 'fe80::1%eth0', '300.1.1.1'])
      expect([text, isAllowedAddress(text, PUBLIC) && !/^[\d.]+$/.test(text)]).toEqual([text, false])
  })

  test('where loopback is allowed, nothing else special is', () => {
    const allowed = Object.keys(SPECIAL).filter(address => isAllowedAddress(address, SANDBOX))
    expect(allowed).toEqual(['127.0.0.1', '127.255.255.254', '::1'])
  })
})

describe('URLs', () => {
  test.each([
    ...Object.keys(SPECIAL).map(address => `https://${address.includes(':') ? `[${address}]` : address}/`),
    // The same addresses, written otherwise.
    ...['https://2130706433/', 'https://0x7f000001/', 'https://0177.0.0.1/', 'https://127.1/', 'https://0/'],
    ...[
      'https://127.0.0.1./',
      'https://１２７.0.0.1/',
      'https://[::ffff:7f00:1]/',
      'https://%31%32%37.0.0.1/'
    ],
    ...['https://localhost/', 'https://LOCALHOST./', 'https://a.localhost/'],
    ...[
      'http://shop.example/',
      'ftp://shop.example/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'https://',
      'shop'
    ],
    ...['https://user@shop.example/', 'https://user:password@shop.example/', 'https://shop.example/#part']
  ])('refuses %s', url => {
    expect(() => checkTarget(url, PUBLIC)).toThrow(expect.objectContaining({ name: 'TargetRefusedError' }))
  })

  test.each([
    'https://shop.example/hooks?shop=1',
    'https://8.8.8.8/',
    'https://shop.example:8443',
    'https://[2606:4700::1111]/'
  ])('takes %s', url => expect(() => checkTarget(url, PUBLIC)).not.toThrow())

  test('plain HTTP goes to loopback alone, where that is allowed', () => {
    for (const url of ['http://127.0.0.1:3000/', 'http://localhost:3000/', 'http://[::1]/'])
      expect(() => checkTarget(url, SANDBOX)).not.toThrow()
    for (const url of ['http://shop.example/', 'http://10.0.0.1/', 'https://10.0.0.1/'])
      expect(() => checkTarget(url, SANDBOX)).toThrow()
  })
})

describe('the look-up of a connection', () => {
  const lookUp = (addresses: readonly string[], all: boolean) =>
    new Promise((resolve, reject) => {
      const found: LookupAddress[] = addresses.map(address => ({
        address,
        family: address.includes(':') ? 6 : 4
      }))
      const lookup = guardedLookup(PUBLIC, (_name, _options, done) => done(null, found))
      lookup('shop.example', { all }, (error, address) => {
        if (error === null) resolve(address)
        else reject(error)
      })
    })

  test('gives what is public', async () => {
    expect(await lookUp(['8.8.8.8', '1.1.1.1'], false)).toBe('8.8.8.8')
    expect(await lookUp(['8.8.8.8'], true)).toEqual([{ address: '8.8.8.8', family: 4 }])
  })

  test.each(Object.keys(SPECIAL))(
    'fails for a name that leads to %s, also beside a public one',
    async address => {
      for (const all of [true, false]) {
        await expect(lookUp([address], all)).rejects.toThrow('not on the public internet')
        await expect(lookUp(['8.8.8.8', address], all)).rejects.toThrow('not on the public internet')
      }
    }
  )

  test('fails for a name that leads nowhere', async () => {
    await expect(lookUp([], true)).rejects.toThrow()
  })
})
