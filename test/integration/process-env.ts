/**
 * The environment of a process of the product: its settings, and nothing of what stands in this one's but the way to programs
 * and to compiled code that processes share, since compiling takes half the time of a start.
 */
export const processEnv = (settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
  ...settings
})
