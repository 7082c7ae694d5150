import { expect, test } from '@jest/globals'
import { App, type Worker } from '../app.ts'

/** The parts of a process in the order in which they stopped. */
async function stopped(worker: Worker): Promise<(string | undefined)[]> {
  expect(await worker.end('SIGTERM')).toBe(0)
  const lines = worker.log.map(line => JSON.parse(line) as { msg: string; part?: string })
  return lines.flatMap(({ msg, part }) => (msg === 'part stopped' ? [part] : []))
}

test('partitions are given back at once where no requests are taken, else after the last request', async () => {
  const app = await App.create({ name: 'stop', partitions: 1 })
  expect(await stopped(await app.start('processor'))).toEqual(['processor', 'http', 'clients'])
  const both = await stopped(await app.start('ingress', 'processor'))
  expect(both[0]).toBe('http')
}, 120_000)
