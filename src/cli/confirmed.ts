import { createInterface } from 'node:readline/promises'
import { SettingsError } from '../platform/config/read-settings.ts'

/**
 * Asks at the terminal.
 * @throws SettingsError where there is none: nobody can agree
 */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new SettingsError(['there is no terminal to ask at: say --yes'])
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}
