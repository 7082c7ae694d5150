import { expect, jest, test } from '@jest/globals'
import { ApiError } from '../../../src/errors.ts'
import { parseJsonBody } from '../../../src/platform/http/json-body.ts'
import { refuseCardNumbers } from '../../../src/screen.ts'

const parse = (text: string) => parseJsonBody(Buffer.from(text), refuseCardNumbers)

function codeOf(parsing: () => unknown): string {
  try {
    parsing()
    return 'parsed'
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return error.code
  }
}

test.each(['{"a":[{"b":1},{"b":"x:y"}],"c":"{\\"a\\":1}"}', '[]', '0', '{"a":{"b":1},"b":{"a":1}}'])(
  'parses %s as JSON.parse does',
  text => {
    expect(parse(text)).toEqual(JSON.parse(text))
  }
)

test.each([
  ['', 'nothing'],
  ['{"a":1', 'an object without an end'],
  ['{"a":1,"a":2}', 'a property twice'],
  ['{"a":1,"\\u0061":2}', 'a property twice, once escaped'],
  ['{"m":{"a" : 1, "b":{}, "a":2}}', 'a property twice, further in'],
  ['{"__proto__":{"x":1}}', '__proto__'],
  ['{"m":{"__pro\\u0074o__":"x"}}', '__proto__, escaped'],
  ['{"a":"\\u0000"}', 'NUL'],
  ['{"a":"\\ud800"}', 'half a surrogate pair'],
  [`${'['.repeat(17)}${']'.repeat(17)}`, 'deep nesting'],
  ['{"a":"b\\u0000', 'NUL in what is no JSON']
])('refuses %j: %s', text => {
  expect(codeOf(() => parse(text))).toBe('json_malformed')
})

test('takes nesting up to the limit', () => {
  expect(codeOf(() => parse(`${'['.repeat(16)}${']'.repeat(16)}`))).toBe('parsed')
})

test('refuses what is not UTF-8', () => {
  expect(codeOf(() => parseJsonBody(Buffer.from([0x22, 0xff, 0x22]), refuseCardNumbers))).toBe(
    'json_malformed'
  )
})

test.each([
  '{"a":"4242 4242 4242 4242"}',
  '{"4242424242424242":1}',
  '{"a":4242424242424242}',
  '{"a":"\\u0034242424242424242"}',
  '{"a":"4242424242424242"',
  'pan=4242424242424242'
])('refuses a card number in %s', text => {
  expect(codeOf(() => parse(text))).toBe('card_number_not_allowed')
})

test('shows the screen the body before it is parsed', () => {
  const screen = jest.fn<(text: string) => void>()
  expect(codeOf(() => parseJsonBody(Buffer.from('{'), screen))).toBe('json_malformed')
  expect(screen).toHaveBeenCalledWith('{')
})
