import nx from '@nx/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Dependencies point one way: app → feature → adapter and domain → contracts → nothing. */
const layers = [
  { sourceTag: 'layer:contracts', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:domain', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:domain'] },
  { sourceTag: 'layer:foundation', onlyDependOnLibsWithTags: ['layer:contracts'] },
  { sourceTag: 'layer:testing', onlyDependOnLibsWithTags: ['layer:foundation'] },
  {
    sourceTag: 'layer:adapter',
    onlyDependOnLibsWithTags: ['layer:contracts', 'layer:domain', 'layer:foundation', 'layer:testing'],
  },
  {
    sourceTag: 'layer:feature',
    onlyDependOnLibsWithTags: [
      'layer:contracts',
      'layer:domain',
      'layer:foundation',
      'layer:adapter',
      'layer:testing',
    ],
  },
  {
    sourceTag: 'layer:host',
    onlyDependOnLibsWithTags: [
      'layer:contracts',
      'layer:domain',
      'layer:foundation',
      'layer:adapter',
      'layer:host',
      'layer:testing',
    ],
  },
  {
    sourceTag: 'layer:app',
    onlyDependOnLibsWithTags: [
      'layer:app',
      'layer:host',
      'layer:feature',
      'layer:contracts',
      'layer:domain',
      'layer:foundation',
      'layer:adapter',
      'layer:testing',
    ],
  },
  {
    sourceTag: 'layer:tool',
    onlyDependOnLibsWithTags: [
      'layer:tool',
      'layer:contracts',
      'layer:domain',
      'layer:foundation',
      'layer:testing',
    ],
  },
];

/** Packages that one library alone may import, so that there is one place to change. */
const owned = [
  { group: ['@nats-io/*'], owner: 'libs/jetstream' },
  { group: ['typeorm', 'typeorm/*', 'pg', '@nestjs/typeorm'], owner: 'libs/postgres' },
  { group: ['undici'], owner: 'libs/http-sender' },
  { group: ['@opentelemetry/*'], owner: 'libs/telemetry' },
];

const ownershipOf = (allowed) => [
  'error',
  {
    patterns: [
      ...owned
        .filter(({ owner }) => owner !== allowed)
        .map(({ group, owner }) => ({ group, message: `Only ${owner} imports it.` })),
      { group: ['@postel/testing'], message: 'Only tests import it.' },
      { regex: '^@postel/[^/]+/.+', message: 'Import a library by its name, not past its index.' },
    ],
  },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.postel/**', 'coverage/**'] },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.{ts,tsx}'] })),
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          depConstraints: layers,
          banTransitiveDependencies: false,
        },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Name what is exported.' },
        { selector: 'CallExpression[callee.name="forwardRef"]', message: 'Break the cycle instead.' },
      ],
    },
  },
  // decorated signatures need the value import, which TypeScript reads at run time
  {
    files: ['**/*.controller.ts', '**/*.filter.ts', '**/*.entity.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  { files: ['**/*.module.ts'], rules: { '@typescript-eslint/no-extraneous-class': 'off' } },
  { files: ['apps/**/*.{ts,tsx}', 'libs/**/*.ts'], rules: { 'no-restricted-imports': ownershipOf(null) } },
  ...owned.map(({ owner }) => ({
    files: [`${owner}/**/*.ts`],
    rules: { 'no-restricted-imports': ownershipOf(owner) },
  })),
  {
    files: ['apps/console/src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // its tests run in Node, and have the types of what no browser has
      'no-restricted-globals': ['error', 'process', 'Buffer', 'global', 'require'],
      // an event handler may be asynchronous; what it throws it has to show by itself
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: [
      '**/*.spec.ts',
      'libs/testing/**/*.ts',
      'apps/e2e/**/*.ts',
      '**/spec-support/**/*.ts',
      '**/*-for-tests.ts',
      '**/test-database.ts',
    ],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['**/*.spec.ts', 'apps/e2e/**/*.ts'],
    rules: {
      'no-restricted-globals': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
