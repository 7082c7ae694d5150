import { describe, expect, test } from '@jest/globals'
import { ControlState, NO_VERSION, type ControlChange } from '../../../src/control/state.ts'

const named = (name: string, basedOn: number | null = null): ControlChange => ({
  ...{ kind: 'merchants', id: 'm', basedOn },
  document: JSON.stringify({ id: 'm', name, active: true })
})
const deletion = (basedOn: number | null = null): ControlChange => ({
  ...named(''),
  document: 'null',
  basedOn
})
const faulty = (basedOn: number | null = null): ControlChange => ({ ...named(''), document: '{}', basedOn })

/** Applies changes at the offsets 0, 1, 2, ... */
function fold(...changes: ControlChange[]) {
  const state = new ControlState()
  const judgements = changes.map((change, offset) => state.apply(change, offset))
  return { judgements, state, name: state.find('merchants', 'm')?.document.name }
}

describe('of two changes that are based on the same version', () => {
  test('the first on the topic wins', () => {
    const { judgements, name } = fold(named('zero', NO_VERSION), named('one', 0), named('two', 0))
    expect(judgements).toEqual(['applied', 'applied', 'refused'])
    expect(name).toBe('one')
  })

  test('also where both begin the document', () => {
    const { judgements, name } = fold(named('zero', NO_VERSION), named('one', NO_VERSION))
    expect(judgements).toEqual(['applied', 'refused'])
    expect(name).toBe('zero')
  })

  test('also where one deletes it', () => {
    const { judgements, name } = fold(named('zero', NO_VERSION), deletion(0), named('two', 0))
    expect(judgements).toEqual(['applied', 'applied', 'refused'])
    expect(name).toBeUndefined()
  })
})

test('a record that was written twice does not undo what came in between', () => {
  const first = named('first', NO_VERSION)
  const { judgements, name } = fold(first, deletion(0), first, named('again', 1), first)
  expect(judgements).toEqual(['applied', 'applied', 'refused', 'applied', 'refused'])
  expect(name).toBe('again')
})

test('a change that names no version replaces whatever is there', () => {
  expect(fold(named('zero'), named('one')).name).toBe('one')
})

describe('a faulty document', () => {
  test('leaves what was there before', () => {
    const { judgements, name } = fold(named('zero'), faulty(0))
    expect(judgements).toEqual(['applied', 'faulty'])
    expect(name).toBe('zero')
  })

  test('counts as a version, since a newer process may understand it', () => {
    const { judgements, name } = fold(named('zero'), faulty(0), named('late', 0), named('next', 1))
    expect(judgements).toEqual(['applied', 'faulty', 'refused', 'applied'])
    expect(name).toBe('next')
  })

  test('is told from the version before it, by which it was made', () => {
    const { state } = fold(named('zero'), faulty(0))
    expect(state.find('merchants', 'm')?.version).toBe(0)
    expect(state.version('merchants', 'm')).toBe(1)
  })
})

test('a kind that a newer version has introduced is none of ours', () => {
  expect(new ControlState().apply({ ...named('x'), kind: 'policies' }, 0)).toBe('foreign')
})
