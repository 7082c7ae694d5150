// A real browser, where the machine has one.
import { afterAll } from '@jest/globals'
import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

/** Where distributions put it. None is downloaded: what it would come from and whether it fits nobody here would check. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium'
]

/** Null where there is none. */
export const browserPath: string | null = PLACES.find(path => existsSync(path)) ?? null

export const MISSING =
  'The tests of the console are skipped: there is no Chromium. Install it, on Debian by `apt-get install chromium`.'

let launched: Promise<Browser> | null = null
afterAll(async () => (await launched)?.close())

/** One for all tests of the file, each of which has a profile of its own. */
const browser = (): Promise<Browser> =>
  (launched ??= chromium.launch({
    executablePath: browserPath!,
    args: [
      // Its sandbox refuses to be run as root, as in containers; what it shows is ours alone.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-dev-shm-usage'
    ]
  }))

export interface Visit {
  readonly context: BrowserContext
  readonly page: Page
  /** What the browser complained of: scripts that failed, and what the page's own policy kept it from. */
  readonly complaints: string[]
}

/** An answer that is a problem is no complaint: what the page makes of it is looked at. */
const ANSWERED = /^Failed to load resource: the server responded with a status of 4\d\d/

/** A window that nobody used before. */
export async function visit(options: { width?: number; height?: number } = {}): Promise<Visit> {
  const { width = 1280, height = 900 } = options
  const context = await (
    await browser()
  ).newContext({
    viewport: { width, height },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin'
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' && !ANSWERED.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  return { context, page, complaints }
}

/** Signs in by the keyboard alone, as the field has the focus. */
export async function signIn(page: Page, url: string, apiKey: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('API key').waitFor()
  await page.keyboard.insertText(apiKey)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'attached' })
}
