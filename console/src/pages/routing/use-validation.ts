import type { LineFault } from './json-lines.ts'

interface Validation {
  readonly faults: readonly LineFault[]
  readonly said: string
}

export function useValidation(_text: string, isJson: boolean): Validation {
  return { faults: [], said: isJson ? '' : 'This is no JSON yet.' }
}
