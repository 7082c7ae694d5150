// The consumer groups that share the partitions of the topics out. Readers that need all of a topic have a group each.

export interface GroupNames {
  readonly processor: string
  readonly gateway: string
  readonly delivery: string
  /** Of a view of the read models. */
  readonly projection: (view: string) => string
  /** Of a listener of the user's own. */
  readonly listener: (name: string) => string
}

/** Group names as the cluster knows them: an installation may put a prefix before all of them. */
export const groupNames = (prefix: string): GroupNames => ({
  processor: `${prefix}processor`,
  gateway: `${prefix}gateway`,
  delivery: `${prefix}delivery`,
  projection: view => `${prefix}projection.${view}`,
  listener: name => `${prefix}listener.${name}`
})
