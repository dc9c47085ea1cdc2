import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Selection {
  readonly project: string;
  readonly files: readonly string[];
  /** Parts of titles; all tests of the files when absent. */
  readonly title?: string | readonly string[];
}

export interface TestRun {
  readonly state: 'passed' | 'failed' | 'crashed';
  /** The first test that failed, and with what. */
  readonly by: string;
}

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const limitMs = { one: 60_000, many: 600_000 };
/** Errors of a mutant that does not run. A failed assertion about `undefined` is not one of them. */
const silly = /^(?:ReferenceError|SyntaxError|TypeError(?!: (?:the given|\.to[A-Z]))|Error: Cannot find)/;

/** Runs tests up to the first that fails. */
export async function runTests(folder: string, { project, files, title }: Selection): Promise<TestRun> {
  const output = join(folder, 'report.json');
  rmSync(output, { force: true });
  const one = typeof title === 'string';
  const titles = title === undefined ? [] : ['-t', [title].flat().map(literally).join('|')];
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
  const report = ['--reporter', 'json', '--outputFile', output, '--bail', '1'];
  // Start-up takes most of a run: it is one test, once for each mutant.
  const quick = ['--pool', 'threads', ...(one ? ['--no-file-parallelism'] : []), '--fsModuleCache'];
  const cache = `--fsModuleCachePath=${join(folder, '.transformed')}`;
  const text = await start(folder, one ? limitMs.one : limitMs.many, [
    vitest,
    'run',
    '--project',
    project,
    ...report,
    ...quick,
    cache,
    ...titles,
    ...files,
  ]);
  if (text === undefined) return { state: 'failed', by: 'a test that no longer ends' };
  if (!existsSync(output)) return { state: 'crashed', by: text.slice(-1000) };
  return judge(JSON.parse(readFileSync(output, 'utf8')) as Report, text);
}

function judge({ testResults, numPassedTests }: Report, text: string): TestRun {
  for (const { assertionResults, name, message } of testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    if (failed === undefined && message !== '')
      return { state: 'crashed', by: `${name}: ${firstLine(message)}` };
    if (failed === undefined) continue;
    const why = firstLine(failed.failureMessages[0] ?? '');
    return {
      state: silly.test(why) ? 'crashed' : 'failed',
      by: `${name.replace(/.*\/(?=src\/|test\/)/, '')}: ${failed.fullName} (${why})`,
    };
  }
  return numPassedTests === 0
    ? { state: 'crashed', by: `no test was run\n${text.slice(-1000)}` }
    : { state: 'passed', by: '' };
}

const firstLine = (text: string): string => text.slice(0, 160).split('\n')[0] ?? '';

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Output of the process; undefined when it was killed at its limit. */
function start(cwd: string, limitMs: number, args: readonly string[]): Promise<string | undefined> {
  const { SLUICE_PROOF_RUNS = '80', SLUICE_PROOF_SEED = '20261121' } = process.env;
  const env = { ...process.env, SLUICE_PROOF_RUNS, SLUICE_PROOF_SEED, NO_COLOR: '1' };
  return new Promise((done) => {
    let text = '';
    let killed = false;
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const note = (chunk: Buffer): void => void (text = (text + chunk.toString()).slice(-10_000));
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    const timer = setTimeout(() => (killed = child.kill('SIGKILL')), limitMs);
    child.on('close', () => {
      clearTimeout(timer);
      done(killed ? undefined : text);
    });
  });
}
