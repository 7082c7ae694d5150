import { describe, expect, test } from '@jest/globals'
import { pairTerm, termsOf, wordsIn, wordTerm } from '../../../../src/projections/payments/terms.ts'

const payment = {
  id: 'pay_abc',
  merchantId: 'm1',
  customerId: 'cus_7',
  description: null,
  metadata: {}
}

describe('words', () => {
  test.each([
    ['two words', ['two', 'words']],
    ['Größe ÉTÉ', ['große', 'ete']],
    ['  "quoted" (bracketed), #17!  ', ['quoted', 'bracketed', '17']],
    ['order-17 order-17', ['order-17']],
    ['a | b & !c:*', ['a', 'b', 'c']],
    ['東京 タワー', ['東京', 'タワー']],
    ['ﬁne', ['fine']],
    ['-- & | ! : * \' "', []],
    ['', []]
  ])('of %j are %j', (text, words) => {
    expect(wordsIn(text)).toEqual(words)
  })
})

describe('a payment', () => {
  test('is found by its ids, the words of its description and the values of its metadata, and the parts of each', () => {
    const terms = termsOf({ ...payment, description: 'Blue shoes', metadata: { order: 'ord-17' } })
    const words = ['pay_abc', 'cus_7', 'blue', 'shoes', 'ord-17', 'ord', '17', 'abc']
    expect(terms).toEqual(expect.arrayContaining(words.map(word => wordTerm('m1', word))))
    expect(terms).toContain(pairTerm('m1', 'order', 'ord-17'))
    expect(terms).not.toContain(wordTerm('m1', 'order'))
  })

  test('of another merchant has other terms', () => {
    const terms = termsOf({ ...payment, merchantId: 'm2', metadata: { order: '7' } })
    expect(terms.filter(term => termsOf({ ...payment, metadata: { order: '7' } }).includes(term))).toEqual([])
  })

  test('is found by a pair as it is, whatever the words in it', () => {
    const terms = termsOf({ ...payment, metadata: { Order: 'Ord 17' } })
    expect(terms).toContain(pairTerm('m1', 'Order', 'Ord 17'))
    expect(terms).not.toContain(pairTerm('m1', 'order', 'Ord 17'))
  })

  test('has few terms that PostgreSQL can hold, whatever its texts', () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [
        `k${i}`,
        Array.from({ length: 80 }, (_, j) => `w${i}x${j}`).join(' ')
      ])
    )
    const terms = termsOf({ ...payment, metadata })
    expect(terms).toHaveLength(128 + 50)
    expect(terms.every(term => Number.isSafeInteger(term) && term >= 0)).toBe(true)
    expect(terms).toContain(wordTerm('m1', 'pay_abc'))
  })
})

test('terms of many words are all different', () => {
  const words = Array.from({ length: 200_000 }, (_, i) => wordTerm('m1', `order-${i}`))
  expect(new Set(words).size).toBe(words.length)
})
