import { afterEach, expect, test } from '@jest/globals'
import type { RequestListener } from 'node:http'
import { SchemaType } from '@kafkajs/confluent-schema-registry'
import { registryClient } from '../../../../src/platform/avro/registry-client.ts'
import { serveHttp } from '../../local-servers.ts'

/** Milliseconds: short where nothing comes. */
const PATIENCE = 200

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A client of a registry that answers the requests as told, one after the other, the last answer again and again. */
async function registryThat(patience: number | undefined, ...answers: RequestListener[]) {
  const asked: string[] = []
  const server = await serveHttp((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)]!
    asked.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  closers.push(() => server.close())
  return { client: registryClient(`http://${server.address}`, patience), asked }
}

const says =
  (status: number, body: object): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
const losesIt: RequestListener = () => undefined
const breaksOff: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 })
  response.write('{', () => response.destroy())
}

const schema = { type: SchemaType.AVRO, schema: '"string"' } as const

test.each([
  ['lost', losesIt],
  ['answered with an error', says(500, { message: 'not now' })]
])('a request that is %s is made again', async (_what, first) => {
  const reading = await registryThat(PATIENCE, first, says(200, schema))
  expect(JSON.stringify(await reading.client.getSchema(1))).toBe('"string"')
  expect(new Set(reading.asked)).toEqual(new Set(['GET /schemas/ids/1']))

  const lookingUp = await registryThat(PATIENCE, first, says(200, { id: 7 }))
  expect(await lookingUp.client.getRegistryIdBySchema('of', schema)).toBe(7)
  expect(new Set(lookingUp.asked)).toEqual(new Set(['POST /subjects/of']))
})

test.each([
  ['gives no answer', losesIt],
  ['breaks off each answer', breaksOff]
])('a registry that %s is given up', async (_how, answer) => {
  const { client } = await registryThat(PATIENCE, answer)
  await expect(client.getSchema(1)).rejects.not.toMatchObject({ status: 404 })
})

test('that there is no such schema is an answer', async () => {
  const { client, asked } = await registryThat(undefined, says(404, { message: 'not found' }))
  await expect(client.getSchema(1)).rejects.toMatchObject({ status: 404 })
  expect(asked).toHaveLength(1)
})
