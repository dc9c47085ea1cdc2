import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { endProcess, guardedSpawn } from '../test/support/real/guarded-spawn.ts';
import { kubeApiServerBinaries } from '../test/support/real/kube-apiserver.ts';
import { until } from '../test/support/real/until.ts';
import { startBenchWorld } from './kube/bench-world.ts';
import { imageCommand, imageEnvironment } from './image.ts';
import { reportProgress } from './progress.ts';

/**
 * How soon the controller of the image works, and what it takes in memory then, beside a Node that does nothing: the
 * median of `--runs` starts against a real API server without canaries.
 */
const { values } = parseArgs({ options: { runs: { type: 'string', default: '9' } } });
const binaries = kubeApiServerBinaries(process.env);
if (binaries === undefined) {
  console.log('bench:start needs a control plane in KUBEBUILDER_ASSETS: scripts/control-plane builds one');
  process.exit(0);
}

interface Start {
  readonly servingMs: number;
  readonly readyMs: number;
  readonly memory: Memory;
}

/** MB. Shared pages, those of the program's own file for one, count in full in `resident` and in parts in `proportional`. */
interface Memory {
  readonly resident: number;
  readonly ofFiles: number;
  readonly own: number;
  readonly proportional: number;
}

reportProgress('starting a control plane');
const world = await startBenchWorld(binaries);
const starts: Start[] = [];
const idle: Memory[] = [];
for (let run = 0; run < Number(values.runs); run += 1) {
  reportProgress(`start ${run + 1} of ${values.runs}`);
  starts.push(await startController());
  idle.push(await startNothing());
}
row('start to serving, ms', starts, ({ servingMs }) => servingMs);
row('start to ready, ms', starts, ({ readyMs }) => readyMs);
printMemory(
  'controller',
  starts.map(({ memory }) => memory),
);
printMemory('a Node that does nothing', idle);
await world.close();
process.exit(0);

async function startController(): Promise<Start> {
  const [program, ...args] = imageCommand;
  const flags = [`-kubeconfig=${world.kubeconfig}`, '-mesh-provider=gatewayapi:v1', '-port=0'];
  const startedAt = performance.now();
  const child = guardedSpawn(program, [...args, ...flags], {
    env: imageEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => void (log += chunk.toString()));
  const often = { timeoutMs: 30_000, everyMs: 2 };
  const url = await until('the controller serves', () => /"url":"([^"]+)"/.exec(log)?.[1], often);
  const servingMs = performance.now() - startedAt;
  await until('the controller is ready', async () => log.includes('"msg":"ready"') && isReady(url), often);
  const readyMs = performance.now() - startedAt;
  await seconds(3);
  const memory = memoryOf(child.pid ?? 0);
  await endProcess(child);
  return { servingMs, readyMs, memory };
}

async function isReady(url: string): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).status === 200;
}

async function startNothing(): Promise<Memory> {
  const child = guardedSpawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], {
    env: imageEnvironment(),
  });
  await seconds(1);
  const memory = memoryOf(child.pid ?? 0);
  await endProcess(child);
  return memory;
}

function memoryOf(pid: number): Memory {
  const read = (file: string, name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1]) /
    1024;
  return {
    resident: read('status', 'VmRSS'),
    ofFiles: read('status', 'RssFile'),
    own: read('status', 'RssAnon'),
    proportional: read('smaps_rollup', 'Pss'),
  };
}

function printMemory(who: string, found: readonly Memory[]): void {
  row(`${who}: resident, MB`, found, ({ resident }) => resident);
  row(`${who}: of that, pages of files, MB`, found, ({ ofFiles }) => ofFiles);
  row(`${who}: of that, its own, MB`, found, ({ own }) => own);
  row(`${who}: proportional, MB`, found, ({ proportional }) => proportional);
}

function row<Item>(name: string, items: readonly Item[], of: (item: Item) => number): void {
  const sorted = items.map(of).toSorted((a, b) => a - b);
  const [least, middle, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  const cells = [middle, least, most].map((value) => (value ?? NaN).toFixed(1).padStart(10));
  console.log(`${name.padEnd(52)}${cells.join('')}`);
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, count * 1000));
}
