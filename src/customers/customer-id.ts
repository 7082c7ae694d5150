import { Type } from 'typebox'

/** The customer that a path names. What cannot be an id is not found, rather than invalid. */
export const byCustomerId = Type.Object({
  id: Type.String({ description: "The merchant's id of the customer, URL-encoded." })
})
