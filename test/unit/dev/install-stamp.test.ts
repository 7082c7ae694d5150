import { afterAll, expect, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installStamp } from '../../../dev/install-stamp.js'

const root = mkdtempSync(join(tmpdir(), 'stamp-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('changes with the lockfile and with every patch, and with nothing else', () => {
  const write = (name: string, content: string) => {
    writeFileSync(join(root, name), content)
    return installStamp(root)
  }
  const first = write('package-lock.json', 'one')
  expect(write('README.md', 'read me')).toBe(first)
  const second = write('package-lock.json', 'two')
  mkdirSync(join(root, 'patches'))
  const patched = write('patches/kafkajs.patch', '+')
  const repatched = write('patches/kafkajs.patch', '-')
  expect(new Set([first, second, patched, repatched]).size).toBe(4)
  expect(write('package-lock.json', 'two')).toBe(repatched)
})
