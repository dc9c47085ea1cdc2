import { defineConfig } from 'vitest/config';

const report = process.env['SLUICE_TEST_REPORT'];

export default defineConfig({
  test: {
    // Left to itself vitest keeps one core free, which is half of a small machine.
    maxWorkers: '100%',
    // CI counts the tests from a file: what is printed is for people.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'examples/**/*.test.ts',
            'test/*.test.ts',
            'test/scenarios/**/*.test.ts',
            'test/deploy/**/*.test.ts',
          ],
          setupFiles: ['test/support/fast-check-seed.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'proofs',
          include: ['test/proofs/**/*.test.ts'],
          testTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'kube',
          include: ['test/kube/**/*.test.ts'],
          // Each file has a control plane of its own, and waits for it more than it works.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // Concurrent tests of one file wait for a cluster more than they work.
          maxConcurrency: 10,
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Real processes on two cores: one file at a time and after all others, or they starve one another.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
