// Scenarios as files: read, checked, and refused with a path and a reason.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Errors } from 'typebox/value'
import { isCut, Scenario } from './scenario.ts'

/** A file that is no scenario; one line for each thing that is wrong. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
}

/** @throws ScenarioError with the path and the reason of everything that is wrong */
export function readScenario(file: string): Scenario {
  const fail = (faults: readonly string[]): never => {
    throw new ScenarioError(faults.map(fault => `${file}: ${fault}`).join('\n'))
  }
  let document: unknown
  try {
    document = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return fail([error instanceof SyntaxError ? `is no JSON: ${error.message}` : (error as Error).message])
  }
  const faults = faultsOf(document)
  return faults.length === 0 ? (document as Scenario) : fail(faults)
}

/** Those of a folder, by name; a file that is none is told of and left out. */
export function scenariosIn(
  folder: string
): { file: string; scenario: Scenario | null; fault: string | null }[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => {
      const file = join(folder, name)
      try {
        return { file, scenario: readScenario(file), fault: null }
      } catch (error) {
        return { file, scenario: null, fault: (error as Error).message }
      }
    })
}

function faultsOf(document: unknown): string[] {
  const shape = Errors(Scenario, document).map(
    ({ instancePath, message }) => `${instancePath === '' ? '/' : instancePath} ${message}`
  )
  if (shape.length > 0) return [...new Set(shape)]
  const { load, faults } = document as Scenario
  return faults.flatMap((fault, i) => [
    ...(fault.fromMs >= load.forMs ? [`/faults/${i}/fromMs is not before the end of the load`] : []),
    ...(!isCut(fault) && overlaps(fault, faults.slice(0, i))
      ? [`/faults/${i} overlaps another fault of ${fault.gateway}, which the sandbox would forget`]
      : [])
  ])
}

const overlaps = (
  fault: { gateway: string; fromMs: number; forMs: number },
  others: Scenario['faults']
): boolean =>
  others.some(
    other =>
      !isCut(other) &&
      other.gateway === fault.gateway &&
      other.fromMs < fault.fromMs + fault.forMs &&
      fault.fromMs < other.fromMs + other.forMs
  )
