/** The environment without our own variables, some of which are secrets: what code that is not ours is given. */
export const foreignEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AEGISPAY_')))
