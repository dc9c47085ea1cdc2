import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/runner/longest-first.ts';
import { ProgressReporter } from './test/support/runner/progress-reporter.ts';

const report = process.env['SLUICE_TEST_REPORT'];
const isLong = process.env['SLUICE_TESTS'] === 'long';

// Left to itself vitest keeps one core free, which is half of a small machine. Half as many again, because many tests wait for
// a process, or for a time-out.
const maxWorkers = Math.ceil(availableParallelism() * 1.5);

// Our sources need no bundler: types are stripped by Node itself, and what a module exports is no getter.
const native = { experimental: { viteModuleRunner: false, nodeLoader: false } };

export default defineConfig({
  test: {
    // CI counts the tests from a file: what is printed is for people.
    reporters: [
      'default',
      new ProgressReporter(),
      ...(report === undefined ? [] : [['json', { outputFile: report }] satisfies ['json', object]]),
    ],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'examples/**/*.test.ts',
            'test/*.test.ts',
            'test/scenarios/**/*.test.ts',
            'test/deploy/**/*.test.ts',
          ],
          setupFiles: ['test/support/runner/fast-check-seed.ts'],
          // Loading the sources anew for each of 200 files takes longer than the tests. CI does: no test may need, or be
          // disturbed by, what another one left behind.
          isolate: isLong,
          maxWorkers,
          testTimeout: 20_000,
          // Two files bundle the controller before their tests, on a machine that is busy with the others.
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'proofs',
          include: ['test/proofs/**/*.test.ts'],
          ...native,
          isolate: false,
          maxWorkers,
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
          // Each file starts real processes, and waits for them more than it works; after all others, or they would starve.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
