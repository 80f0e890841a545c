// Type-checked rules for everything, the few that keep this product's borders, and the words it avoids.
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// Words of our own for which the field has a term (docs/glossary.md): workflow, lifecycle, event, decide,
// maintenance, folder.
const AVOIDED = ['life', 'lives', 'obey', 'obeyed', 'happening', 'house', 'housekeeping', 'room'];

export default defineConfig(
  { ignores: ['build/', 'prisma/client/', '.mapalus/', 'node_modules/', '**/*.cjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
      globals: globals.node,
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      'max-params': ['error', 5],
      'no-warning-comments': ['error', { terms: AVOIDED, location: 'anywhere' }],
      'id-match': [
        'error',
        '^(?!.*([Ll]ife(?!cycle|time)|[Ll]ives|[Oo]bey|[Hh]appening|[Hh]ousekeep|[Mm]ortal)).*$',
        { onlyDeclarations: true },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Settings are read once, by config/settings.ts.',
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/prisma/client/client.ts'],
              importNames: ['PrismaClient'],
              allowTypeImports: true,
              message: 'Open a transaction with withActor; a bare client sees no row policies.',
            },
            { group: ['pg'], message: 'Feature code goes through withActor.' },
          ],
        },
      ],
    },
  },
  {
    // Composition roots, and what stands below or beside the product.
    files: [
      'config/**',
      'local/**',
      'prisma/**',
      'worker/main.ts',
      'api/main.ts',
      'api/installation/install.ts',
      'demo/**',
      'bench/**',
      'storm/**',
      'tests/**',
      '*.config.ts',
    ],
    rules: { 'no-restricted-imports': 'off', 'no-restricted-properties': 'off' },
  },
  {
    // Workflow code runs in a sandbox that must do the same again years later.
    files: ['workflows/**', 'domain/**'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'setInterval', 'fetch', 'crypto', 'Intl'],
    },
  },
  {
    files: ['domain/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'The day is an input of the rules; they have no clock.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The day is an input of the rules; they have no clock.',
        },
      ],
    },
  },
  {
    files: ['web/**'],
    languageOptions: { globals: globals.browser },
  },
  {
    // Answers of the API are read as they come; the contract's own tests check their shapes.
    files: ['tests/**'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
);
