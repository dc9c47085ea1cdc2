import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { deployments, namespaces } from '@sluice/kube/objects/resources.ts';
import { canaries } from '../api/resources.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { createStore } from '@sluice/local/store/store.ts';
import type { Store } from '@sluice/local/store/store.ts';
import { writeKubeconfig } from '@sluice/local/write-kubeconfig.ts';
import { scenarioCanary, scenarioDeployment, namespace } from '../../../../test/support/scenario/objects.ts';

const main = join(import.meta.dirname, 'main.ts');
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function adopt(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, 'adopt', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, 'exit');
  return { code: child.exitCode, out, err };
}

/** A cluster with one canary as Flagger leaves it, whose primary runs this image. */
async function cluster(image: string): Promise<{ readonly store: Store; readonly kubeconfig: string }> {
  const now = (): number => Date.now();
  const store = createStore({ now });
  installBasics(store, join(import.meta.dirname, '../../../../deploy/crds'));
  store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const target = scenarioDeployment('podinfo:1');
  const stopped = { ...(target['spec'] as object), replicas: 0 };
  store.create(deployments, { ...target, spec: stopped });
  store.create(deployments, asPrimary(image));
  const created = store.create(
    canaries,
    scenarioCanary({ spec: { provider: 'kubernetes' }, analysis: { iterations: 2 } }),
  );
  const hash = '5f8fd9c8f4';
  const counters = { canaryWeight: 0, failedChecks: 0, iterations: 0 };
  const status = { phase: 'Succeeded', ...counters, lastAppliedSpec: hash, lastPromotedSpec: hash };
  store.update(canaries, { ...created, status }, { subresource: 'status' });
  const server = await createApiServer({ store, now }).listen({ host: '127.0.0.1', port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-adopt-'));
  ends.push(
    () => server.close(),
    () => rmSync(folder, { recursive: true }),
  );
  const kubeconfig = join(folder, 'config');
  writeKubeconfig(kubeconfig, server.url);
  return { store, kubeconfig };
}

function asPrimary(image: string) {
  const deployment = scenarioDeployment(image);
  const spec = deployment['spec'] as { readonly template: object };
  const labels = { app: 'podinfo-primary' };
  const template = { ...spec.template, metadata: { labels, annotations: { 'flagger-id': 'b3c1' } } };
  return {
    ...deployment,
    metadata: { ...deployment.metadata, name: 'podinfo-primary' },
    spec: { ...spec, selector: { matchLabels: labels }, template },
  };
}

describe('sluice adopt --dry-run', () => {
  it('ends with 0 where nothing is started, and writes nothing', async () => {
    const { store, kubeconfig } = await cluster('podinfo:1');
    const version = (): unknown =>
      store.get(canaries, { namespace, name: 'podinfo' })?.metadata.resourceVersion;
    const before = version();
    const { code, out } = await adopt('--dry-run', `-kubeconfig=${kubeconfig}`, '-mesh-provider=istio');
    expect(out).toMatch(/test +podinfo +Succeeded +stays-at-rest +nothing is started/);
    expect(code).toBe(0);
    expect(version()).toBe(before);
  });

  it('ends with 5 where a person should look first, and names the fields that differ', async () => {
    const { kubeconfig } = await cluster('podinfo:0');
    const { code, out } = await adopt('--dry-run', `-kubeconfig=${kubeconfig}`);
    expect(out).toContain('    spec.template.spec.containers[0].image\n');
    expect(code).toBe(5);
  });
});

/** A Deployment of a controller, as a chart writes it. */
function controller(name: string, image: string, command: readonly string[], replicas = 1) {
  const labels = { app: name };
  const container = { name: 'controller', image, command };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'flagger-system' },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

const flagger = (...flags: readonly string[]) =>
  controller('flagger', 'ghcr.io/fluxcd/flagger:1.44.0', ['./flagger', ...flags]);

/** A cluster whose canary names no provider, and these Deployments. */
async function clusterWith(...controllers: readonly ReturnType<typeof controller>[]) {
  const { store, kubeconfig } = await cluster('podinfo:1');
  const metadata = { name: 'flagger-system' };
  store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata });
  for (const one of controllers) store.create(deployments, one);
  const canary = store.get(canaries, { namespace, name: 'podinfo' }) as AnyKubeObject;
  const { provider: _named, ...spec } = asRecord(canary['spec']);
  store.update(canaries, { ...canary, spec });
  return (...args: readonly string[]) => adopt('--dry-run', `-kubeconfig=${kubeconfig}`, ...args);
}

describe('the flags of the controller that runs in the cluster', () => {
  it('count, and are said: with the default provider the canary would be invalid', async () => {
    const run = await clusterWith(flagger('-mesh-provider=kubernetes', '-slack-url=https://hooks/T0/secret'));
    const { code, out, err } = await run();
    expect(err).toBe(
      'flags of Deployment flagger-system/flagger (ghcr.io/fluxcd/flagger:1.44.0): -mesh-provider=kubernetes\n',
    );
    expect(out).toContain('stays-at-rest');
    expect(code).toBe(0);
  });

  it('give way to those of the command line', async () => {
    const run = await clusterWith(flagger('-mesh-provider=kubernetes'));
    const { code, out, err } = await run('-mesh-provider=istio');
    expect(err).toContain('no flag of Deployment flagger-system/flagger');
    expect(out).toMatch(/test +podinfo +Succeeded +invalid/);
    expect(code).toBe(5);
  });

  it('are left out with -flags-from=none', async () => {
    const run = await clusterWith(flagger('-mesh-provider=kubernetes'));
    const { out, err } = await run('-flags-from=none');
    expect(err).toBe('');
    expect(out).toMatch(/test +podinfo +Succeeded +invalid/);
  });

  it('are those of the controller that is scaled up, during a switch', async () => {
    const sluice = controller(
      'sluice',
      'sluice:0.1.0',
      ['node', 'main.cjs', 'controller', '-mesh-provider=x'],
      0,
    );
    const run = await clusterWith(flagger('-mesh-provider=kubernetes'), sluice);
    expect((await run()).err).toContain('flags of Deployment flagger-system/flagger');
  });

  it('of several controllers are not guessed: the command ends with 2 and says how to choose', async () => {
    const sluice = controller('sluice', 'sluice:0.1.0', ['node', 'main.cjs', 'controller']);
    const run = await clusterWith(flagger('-mesh-provider=kubernetes'), sluice);
    const { code, err } = await run();
    expect(err).toContain('several controllers run: flagger-system/flagger, flagger-system/sluice\n');
    expect(err).toContain('add -flags-from=flagger-system/flagger, or -flags-from=none');
    expect(code).toBe(2);
    expect((await run('-flags-from=flagger-system/flagger')).code).toBe(0);
  });

  it('that this version would refuse end it with a sentence', async () => {
    const { code, err } = await (await clusterWith(flagger('-mesh-provder=kubernetes')))();
    expect(err).toContain('Sluice would refuse the flags of Deployment flagger-system/flagger');
    expect(err).toContain('did you mean -mesh-provider?');
    expect(code).toBe(1);
  });

  it('are said to be the defaults where no controller is found', async () => {
    const run = await clusterWith();
    expect((await run('-o=json')).err).toContain('no controller of Flagger or Sluice was found');
    const named = await run('-flags-from=flagger-system/flagger');
    expect(named).toMatchObject({ code: 1, out: '' });
    expect(named.err).toContain('Deployment flagger-system/flagger is not there, or runs no controller');
  });
});

describe('sluice adopt', () => {
  it('without --dry-run says who adopts, and how to see it before', async () => {
    const { code, err } = await adopt('-mesh-provider=gatewayapi:v1');
    expect(code).toBe(2);
    expect(err).toContain('add --dry-run');
  });

  it.each([
    ['an unknown output', ['--dry-run', '-o=yaml'], 'use table or json'],
    ['an argument', ['--dry-run', 'podinfo'], 'it takes flags only'],
    ['a place for flags', ['--dry-run', '-flags-from=here'], 'use cluster, none, or NAMESPACE/NAME'],
    ['an unknown flag', ['--dry-run', '-colour'], 'not defined: -colour'],
  ])('refuses %s', async (_title, args, message) => {
    const { code, err } = await adopt(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('takes every flag of the controller', async () => {
    const { code, out } = await adopt('-help');
    expect(code).toBe(0);
    for (const flag of ['-mesh-provider', '-selector-labels', '-enable-config-tracking', '-dry-run', '-o'])
      expect(out).toContain(flag);
  });
});
