/**
 * Calls the hook.
 * @param until epoch milliseconds after which nobody waits for the answer
 */
export type Run = (method: string, args: unknown, until: number) => unknown
