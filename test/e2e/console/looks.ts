// What holds for every page, whatever it shows: it can be used by whoever cannot see it, and fits the screen.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** What axe finds serious or critical on the page as it is. */
export async function barriers(page: Page): Promise<string[]> {
  // Through the debugger: the page's policy lets no script in from elsewhere.
  await page.evaluate(axe)
  const violations = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`
  )
  return (violations as Violation[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''} ${nodes[0]?.failureSummary ?? ''}`)
}

/** Pixels by which the page is wider than the window, which nobody wants to scroll to the side. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

export const THEMES = ['light', 'dark'] as const
export const WIDTHS = [1280, 390] as const

/** Set to a folder, it is given a picture of every page in both themes and widths. */
const pictures = process.env['AEGISPAY_CONSOLE_PICTURES']

/** What is wrong with a page in any theme and width. */
export async function flaws(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      // What is said to whom does not hang on the width; colours hang on the theme.
      if (width === WIDTHS[0])
        found.push(...(await barriers(page)).map(barrier => `${name}, ${colorScheme}: ${barrier}`))
      if (pictures !== undefined) {
        const path = join(pictures, `${name.replaceAll(/\W+/g, '-')}-${width}-${colorScheme}.png`)
        await page.screenshot({ path, fullPage: true })
      }
    }
    const over = await overhang(page)
    if (over > 0) found.push(`${name}, ${width} px: ${over} px too wide`)
  }
  await page.setViewportSize({ width: WIDTHS[0], height: 900 })
  return found
}
