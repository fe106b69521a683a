import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const swc = JSON.parse(readFileSync(new URL('./.swcrc', import.meta.url), 'utf8'));

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@postel/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  testMatch: ['**/src/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  // longer than waitUntil's patience, which says what did not come: also of a test that waits several times
  testTimeout: 120_000,
  globalSetup: '<rootDir>/tools/jest/run-directory.mjs',
  testSequencer: '<rootDir>/tools/jest/mixed-sequencer.mjs',
  // Jest leaves a core to others, which of two, as in CI, is one half; and many tests wait more than they work
  maxWorkers: Math.max(availableParallelism() - 1, 3),
  workerIdleMemoryLimit: '600MB',
  coverageProvider: 'v8',
};
