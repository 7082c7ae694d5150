// A collector of traces in the test's own process: takes OTLP over HTTP, as JSON.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CollectedSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly failed: boolean
}

export interface Collector {
  readonly url: string
  readonly spans: readonly CollectedSpan[]
  /** Everything that was sent to it, byte for byte. */
  received(): string
  /** Forgets what came so far. */
  clear(): void
  close(): void
}

/** `SpanKind` on the wire. */
export const kinds = { server: 2, client: 3, producer: 4, consumer: 5 } as const

interface WireSpan extends Omit<CollectedSpan, 'attributes' | 'failed'> {
  readonly attributes: readonly { key: string; value: Record<string, unknown> }[]
  readonly status: { readonly code?: number }
}

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      bodies.push(body)
      spans.push(...spansIn(body))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    received: () => bodies.join('\n'),
    clear() {
      spans.length = 0
      bodies.length = 0
    },
    close() {
      server.closeAllConnections()
      server.close()
    }
  }
}

function spansIn(body: string): CollectedSpan[] {
  const { resourceSpans } = JSON.parse(body) as {
    resourceSpans: { scopeSpans: { spans: WireSpan[] }[] }[]
  }
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(scope => scope.spans)
    .map(({ attributes, status, ...span }) => ({
      ...span,
      parentSpanId: span.parentSpanId === '' ? undefined : span.parentSpanId,
      attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
      failed: status.code === 2
    }))
}
