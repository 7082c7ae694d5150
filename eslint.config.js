import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['node_modules', '.aegispay', 'src/generated', 'client/dist', 'patches', 'console/dist*'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true }
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // The domain narrows and the broker widens: an explicit `!` or a comment is asked for where a type cannot tell.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // There are no enums, and classes with private members already are of no type but their own; these two look at every
      // expression of the program for it, for a third of the time that all rules take.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off'
    }
  },
  { files: ['console/**/*.{ts,tsx}'], ...reactHooks.configs.flat['recommended-latest'] }
)
