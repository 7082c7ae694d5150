/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline'
      }
    ]
  },
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // A limit for what hangs, not for what is slow: the machine may be busy with another run.
  testTimeout: 30_000
}
