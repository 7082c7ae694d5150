import { ApiError } from '../../errors.ts'

/** @param path the name of the parameter */
export const invalidQuery = (path: string, message: string): ApiError =>
  new ApiError('query_invalid', { faults: [{ path, message }] })

/**
 * @param instants by the name of their parameter
 * @throws ApiError query_invalid for what the form admits and the clock here does not have, such as a leap second
 */
export function assertInstants(instants: Readonly<Record<string, Date>>): void {
  for (const [path, at] of Object.entries(instants))
    if (Number.isNaN(at.getTime())) throw invalidQuery(path, 'is not an instant that can be compared with')
}
