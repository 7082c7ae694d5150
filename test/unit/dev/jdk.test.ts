import { afterEach, expect, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findJdk, javaFeature } from '../../../dev/stack/jdk.ts'

const folder = mkdtempSync(join(tmpdir(), 'jdk-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['25', 25],
  ['17.0.15', 17],
  ['21.0.2+13', 21],
  ['24-ea', 24],
  ['1.8.0_442', 8],
  ['', undefined],
  ['unknown', undefined]
])('reads version "%s" as %s', (version, feature) => expect(javaFeature(version)).toBe(feature))

test('passes over a JDK that is too old, a runtime without tools and a folder that is none', () => {
  const old = jdk('old', '17.0.15', ['java', 'jar'])
  const runtime = jdk('runtime', '25.0.1', ['java'])
  const fitting = jdk('fitting', '21.0.8', ['java', 'jar'])
  expect(findJdk([join(folder, 'nothing'), old, runtime, fitting])).toEqual({ home: fitting, version: 21 })
})

test('finds no JDK where none fits', () => {
  expect(findJdk([jdk('old', '17', ['java', 'jar'])])).toBeUndefined()
})

function jdk(name: string, version: string, tools: string[]): string {
  const home = join(folder, name)
  mkdirSync(join(home, 'bin'), { recursive: true })
  writeFileSync(join(home, 'release'), `IMPLEMENTOR="Somebody"\nJAVA_VERSION="${version}"\n`)
  for (const tool of tools) writeFileSync(join(home, 'bin', tool), '')
  return home
}
