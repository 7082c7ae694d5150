/** What a way to the list of payments carries along when it is to search there. */
export const SEARCH = 'search'

export const isSearch = (state: unknown): boolean => state === SEARCH
