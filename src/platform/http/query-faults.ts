import { ApiError, type Fault } from '../../errors.ts'

/** What is wrong with a parameter, as a schema would say it. */
export const queryFault = (name: string, message: string): Fault => ({ path: `/${name}`, message })

/** @param name of the parameter */
export const invalidQuery = (name: string, message: string): ApiError =>
  new ApiError('query_invalid', { faults: [queryFault(name, message)] })

/**
 * @param instants by the name of their parameter
 * @throws ApiError query_invalid for what the form admits and the clock here does not have, such as a leap second
 */
export function assertInstants(instants: Readonly<Record<string, Date>>): void {
  for (const [name, at] of Object.entries(instants))
    if (Number.isNaN(at.getTime())) throw invalidQuery(name, 'is not an instant that can be compared with')
}
