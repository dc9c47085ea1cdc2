/**
 * Figures of `sluice start` on this machine: how soon a version is promoted, what the processes weigh, what an
 * idle minute costs, how long each command takes to load. `npm run bench:local`; about three minutes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureProcesses } from './processes.ts';
import { reportProgress } from './progress.ts';

const main = join(import.meta.dirname, '../packages/sluice/src/cli/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const idleSeconds = 60;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Milliseconds of the wall clock, the middle of five; the first run warms the caches. */
function time(argv: readonly string[]): number {
  const once = (): number => {
    const began = performance.now();
    spawnSync(process.execPath, argv, { stdio: 'ignore' });
    return performance.now() - began;
  };
  once();
  return median(Array.from({ length: 5 }, once));
}

function loadTimes(): void {
  reportProgress('loading each command six times');
  const bare = time(['-e', '0']);
  say(`node itself                      ${bare.toFixed(0)} ms`);
  for (const name of ['version', 'hey', 'helm', 'tester', 'local', 'start', 'controller']) {
    say(`sluice ${name.padEnd(12)} --help       ${(time([main, name, '--help']) - bare).toFixed(0)} ms more`);
  }
}

async function waitFor(what: string, limitSeconds: number, holds: () => boolean): Promise<void> {
  const began = performance.now();
  while (!holds()) {
    if (performance.now() - began > limitSeconds * 1000)
      throw new Error(`${what}: not within ${limitSeconds} s`);
    await sleep(250);
  }
}

async function clusterFigures(): Promise<void> {
  reportProgress('sluice start, waiting for the promotion');
  const began = performance.now();
  const child = spawn(process.execPath, [main, 'start', '--data-dir', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const pid = child.pid ?? 0;
    const measure = () => measureProcesses(pid, folder);
    await waitFor('promotion', 60, () => output.includes('is promoted'));
    say(`start to promoted                ${((performance.now() - began) / 1000).toFixed(1)} s`);
    const atWork = measure();
    reportProgress('waiting for the rollback');
    await waitFor('the end of the demonstration', 60, () => output.includes('Ctrl-C ends everything.'));
    say(`start to rolled back             ${((performance.now() - began) / 1000).toFixed(1)} s`);
    reportProgress('waiting for the end of the load tests');
    // The load tests of the hooks go on for a minute.
    const isLoaded = () => measure().some(({ command }) => command.includes('hey -z'));
    await waitFor('the end of the load tests', 120, () => !isLoaded());
    const before = measure();
    reportProgress(`idle, for ${idleSeconds} s`);
    await sleep(idleSeconds * 1000);
    report(atWork, before, measure());
  } catch (error) {
    say(output.slice(-2000));
    throw error;
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

function report(...[atWork, before, after]: readonly ReturnType<typeof measureProcesses>[]): void {
  say(`\nresident MB: at promotion, after an idle minute; CPU seconds of that minute`);
  let total = 0;
  for (const { pid, name, command, residentMb, cpuSeconds } of after ?? []) {
    const then = before?.find((process) => process.pid === pid)?.cpuSeconds ?? 0;
    const busy = atWork?.find((process) => process.pid === pid)?.residentMb;
    const figures = [busy?.toFixed(0) ?? '-', residentMb.toFixed(0), (cpuSeconds - then).toFixed(2)];
    const label = command.startsWith('sh ') ? `${name} (sh)` : name;
    say(`${label.padEnd(28)}${figures.map((figure) => figure.padStart(8)).join('')}`);
    total += residentMb;
  }
  say(`${'all'.padEnd(28)}${total.toFixed(0).padStart(16)}`);
}

say(`${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(2)}, node ${process.version}`);
try {
  loadTimes();
  await clusterFigures();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
