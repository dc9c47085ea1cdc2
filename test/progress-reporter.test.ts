import { expect, it } from 'vitest';
import type { TestCase, TestModule } from 'vitest/node';
import { ProgressReporter } from './support/runner/progress-reporter.ts';

const moduleOf = (relativeModuleId: string): TestModule => ({ relativeModuleId }) as TestModule;
const testOf = (module: TestModule, fullName: string): TestCase => ({ module, fullName }) as TestCase;

it('the screen says which files are running, and how far each has come', () => {
  let screen = '';
  const reporter = new ProgressReporter((text) => (screen += text));
  const [quick, slow] = [moduleOf('quick.test.ts'), moduleOf('slow.test.ts')];
  reporter.onTestRunStart([quick, slow]);
  for (const module of [quick, slow]) reporter.onTestModuleStart(module);
  reporter.onTestCaseReady(testOf(slow, 'it holds'));
  reporter.onTestCaseResult();
  reporter.onTestModuleEnd(quick);
  reporter.say();
  reporter.onTestCaseAnnotate(testOf(slow, 'it holds'), { type: 'progress', message: '7 of 9 runs' });
  reporter.say();
  reporter.onTestRunEnd();
  expect(screen).toBe(
    ` …  1 of 2 files, 1 tests; running:
     slow.test.ts, 0 s: it holds
 …  1 of 2 files, 1 tests; running:
     slow.test.ts, 0 s: 7 of 9 runs
`,
  );
});
