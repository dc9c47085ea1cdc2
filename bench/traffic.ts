import { join } from 'node:path';
import { dataPlaneBinaries } from '../test/support/real/traffic/data-plane.ts';
import { kubeApiServerBinaries } from '../test/support/real/kube-apiserver.ts';
import {
  lackOfNetworkNamespace,
  startInNetworkNamespace,
} from '../test/support/real/traffic/network-namespace.ts';
import type { Inside } from '../test/support/real/traffic/network-namespace.ts';
import { answersOf, failuresOf, sharesOf } from '../test/support/real/traffic/tally.ts';
import type { TrafficWorld } from '../test/support/real/traffic/world.ts';
import { until } from '../test/support/real/until.ts';
import { reportProgress } from './progress.ts';

/**
 * One canary behind Contour and Envoy under 150 requests a second, weights 20, 40, 60 at an interval of 10 s: seconds
 * from a change to its end and requests that were lost on the way, under Sluice and under Flagger, one after the other.
 */
const perSecond = 150;
const patience = { timeoutMs: 300_000, everyMs: 50 };
const flags = ['-mesh-provider=gatewayapi:v1', '-port=0'];

type World = Inside<TrafficWorld>;
interface Contestant {
  readonly name: string;
  start(world: World): Promise<void>;
}

const sluice: Contestant = { name: 'Sluice', start: (world) => world.call('startController', flags) };
const flagger = (folder: string): Contestant => ({
  name: 'Flagger 1.44',
  // It has to name a server of metrics, although this canary asks none.
  start: (world) =>
    world.call('startOther', join(folder, 'flagger'), [...flags, '-metrics-server=http://127.0.0.1:9']),
});

const lacking =
  kubeApiServerBinaries(process.env) === undefined || dataPlaneBinaries(process.env) === undefined
    ? 'KUBEBUILDER_ASSETS and SLUICE_DATA_PLANE: scripts/control-plane and scripts/data-plane build them where Go, etcd and pip are present'
    : lackOfNetworkNamespace();
if (lacking !== undefined) {
  console.log(`bench:traffic needs ${lacking}`);
  process.exit(0);
}
const peer = process.env['SLUICE_TEST_PEER'] ?? '';
if (peer === '') console.log('Flagger is not there (SLUICE_TEST_PEER): Sluice is measured alone');
console.log('controller     run         seconds  answered  lost  share of the canary');
for (const contestant of [sluice, ...(peer === '' ? [] : [flagger(peer)])]) await measure(contestant);

async function measure(contestant: Contestant): Promise<void> {
  const report = (stage: string): void => reportProgress(`${contestant.name}: ${stage}`);
  report('starting a control plane, Contour and Envoy');
  const world = startInNetworkNamespace<TrafficWorld>('test/support/real/traffic/world.ts');
  try {
    await world.call('open');
    await world.call('createCanary');
    report('starting the controller, waiting until the canary is Initialized');
    await contestant.start(world);
    await reach(world, 'Initialized');
    await world.call('startLoad', perSecond);
    report(`promotion under ${perSecond} requests a second`);
    const promotion = await timed(world, 'podinfo:2', 'Succeeded');
    await printRun(world, contestant.name, 'promotion', promotion);
    await world.call('refuse', true);
    report(`rollback under ${perSecond} requests a second`);
    const rollback = await timed(world, 'podinfo:3', 'Failed');
    await printRun(world, contestant.name, 'rollback', rollback);
  } finally {
    await world.close();
  }
}

async function reach(world: World, phase: string): Promise<void> {
  await until(phase, async () => (await world.call('status')).phase === phase, patience);
}

/** Seconds from the change of the image to the phase. */
async function timed(world: World, image: string, phase: string): Promise<number> {
  await world.call('traffic');
  const began = performance.now();
  await world.call('ship', image);
  await reach(world, phase);
  return (performance.now() - began) / 1000;
}

/** As soon as the canary's pods are gone: what they took with them counts, too. */
async function printRun(world: World, name: string, run: string, seconds: number): Promise<void> {
  await until('the canary is at rest', async () => (await world.call('podsOf', 'podinfo')) === 0, patience);
  const windows = await world.call('traffic');
  const failures = failuresOf(windows);
  const shares = [...sharesOf(windows)].map(([weight, share]) => `${weight}: ${share.toFixed(1)} %`);
  const cells = [seconds.toFixed(1).padStart(8), String(answersOf(windows)).padStart(9)];
  console.log(
    `${name.padEnd(14)} ${run.padEnd(10)} ${cells.join(' ')} ${String(failures.length).padStart(5)}  ${shares.join(', ')}`,
  );
  for (const failure of new Set(failures)) console.log(`    ${failure}`);
}
