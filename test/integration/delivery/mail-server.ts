// A real SMTP server that keeps what it gets, and answers as a test says.
import { afterAll } from '@jest/globals'
import { simpleParser, type ParsedMail } from 'mailparser'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  /** Whom the envelope names. */
  readonly to: readonly string[]
  /** As it came. */
  readonly raw: string
  readonly parsed: ParsedMail
}

/** What a mail is answered with: null takes it, a number refuses it under that code. */
type Answering = (mail: ReceivedMail) => number | null | Promise<number | null>

const servers: SMTPServer[] = []
afterAll(async () => {
  for (const server of servers) await new Promise<void>(resolve => server.close(resolve))
})

export class MailServer {
  readonly port: number
  /** Also what was refused. */
  readonly received: ReceivedMail[] = []
  answering: Answering = () => null

  private constructor(port: number) {
    this.port = port
  }

  static async start(): Promise<MailServer> {
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData(stream, session, done) {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          const to = session.envelope.rcptTo.map(({ address }) => address)
          mails.#take(Buffer.concat(chunks).toString(), to).then(code => {
            // As servers do, with the address in it.
            if (code === null) done()
            else done(Object.assign(new Error(`no mail for <${to.join()}>`), { responseCode: code }))
          }, done)
        })
      }
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    servers.push(server)
    const mails = new MailServer((server.server.address() as AddressInfo).port)
    return mails
  }

  /** The mails to an address, in the order in which they came. */
  to(address: string): readonly ReceivedMail[] {
    return this.received.filter(({ to }) => to.includes(address))
  }

  async #take(raw: string, to: readonly string[]): Promise<number | null> {
    const mail = { to, raw, parsed: await simpleParser(raw) }
    this.received.push(mail)
    return this.answering(mail)
  }
}
