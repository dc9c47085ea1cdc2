import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { configMaps, events, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import type { ControllerProcess } from '../support/real/controller-process.ts';
import { guardedSpawn } from '../support/real/guarded-spawn.ts';
import { leaveBehind, leftCases, startPeerCluster } from '../support/real/peer/left-behind.ts';
import type { PeerCluster } from '../support/real/peer/left-behind.ts';
import { recordChanges, recordPhases, takeSnapshot } from '../support/real/peer/record.ts';
import type { Changes } from '../support/real/peer/record.ts';
import { withPeer } from '../support/real/peer/peer.ts';
import { everybodysShare, imageOf, replicasOf, scenarioCanary } from '../support/scenario/objects.ts';

const minute = 60_000;
const soon = { timeout: 40_000, interval: 100 };
const atRest = ['initialized', 'detailed', 'configs', 'scaled', 'succeeded', 'kept', 'failed'] as const;
const inProgress = [
  'waiting',
  'progressing',
  'affinity',
  'confirming',
  'bluegreen',
  'mirrored',
  'picked',
  'promoting',
] as const;

withPeer('what Flagger left on', (binaries, binary) => {
  describe('what Flagger left on a real control plane', () => {
    let left: PeerCluster;
    let controller: ControllerProcess;
    let before: { readonly objects: Awaited<ReturnType<typeof takeSnapshot>>; readonly statuses: Statuses };
    let foreseen: Foreseen & { readonly untouched: Foreseen['objects'] };
    let shares: Changes;
    let phases: Changes;

    beforeAll(async () => {
      left = await startPeerCluster(binaries, binary, leftCases);
      const peer = left.startPeer();
      await leaveBehind(left);
      await peer.stop();
      await changeMeanwhile(left);
      await untilQuiet(left);
      const { client } = left.cluster.kube;
      before = { objects: await takeSnapshot(client), statuses: await statusesOf(left) };
      const untouched = await takeSnapshot(client, [canaries]);
      foreseen = { ...(await foresee(left)), untouched };

      shares = await recordChanges(client, httpRoutes, everybodysShare);
      phases = await recordPhases(client);
      controller = left.startController();
      const adopted = async (): Promise<boolean> =>
        Object.values(await statusesOf(left)).every(({ observedGeneration }) => observedGeneration === 1);
      await vi.waitUntil(adopted, soon);
    }, 4 * minute);
    afterAll(async () => {
      await shares?.stop();
      await phases?.stop();
      await left?.close();
    });

    it.each([
      ...atRest.map((namespace) => [namespace, 'stays-at-rest', []] as const),
      ...inProgress.map((namespace) => [namespace, 'goes-on', []] as const),
      ['unclear', 'unclear', ['spec.template.spec.containers[0].image']] as const,
      ['changed', 'starts-run', ['configmap/settings has changed']] as const,
      [
        'invalid',
        'invalid',
        ['spec.provider is "istio": this provider is not supported: name another one'],
      ] as const,
    ])('is foretold by sluice adopt --dry-run: %s, %s', (namespace, outcome, details) => {
      const canary = foreseen.canaries.find((one) => one['namespace'] === namespace);
      expect(canary).toMatchObject({ outcome, details, needsPerson: details.length > 0 });
    });

    it('is foretold without a write, and by the exit code', () => {
      expect(foreseen.objects).toEqual(foreseen.untouched);
      expect(foreseen.code).toBe(5);
      const progressing = foreseen.canaries.find(({ namespace }) => namespace === 'progressing');
      expect(progressing?.['message']).toBe('its run goes on in Progressing from weight 20');
    });

    it('is taken over without a write to anything but the status of Canaries: no pod restarts, no route moves', async () => {
      expect(Object.keys(before.objects).length).toBeGreaterThan(60);
      const now = await takeSnapshot(left.cluster.kube.client);
      // A primary in the middle of its promotion gets the name of its revision, which rolls nothing.
      const promoted = 'Deployment promoting/podinfo-primary';
      // Flagger takes any cookie that has the value somewhere for its own: the routes of session affinity are made exact.
      const exact = ['HTTPRoute affinity/podinfo', 'HTTPRoute kept/podinfo'];
      const expected: Record<string, string> = { ...before.objects };
      for (const key of [promoted, ...exact]) expected[key] = now[key] ?? '';
      expect(without('changed', now)).toEqual(without('changed', expected));
    });

    it('keeps callers at the side where session affinity has put them', async () => {
      const was = before.statuses['affinity']?.sessionAffinityCookie;
      expect(was).toMatch(/^canary=\w+$/);
      const ref = { namespace: 'affinity', name: 'podinfo' };
      const routeText = async (): Promise<string> => JSON.stringify(await left.cluster.get(httpRoutes, ref));
      // The pass that takes a canary over writes nothing else: the next one holds the route.
      await expect.poll(routeText, soon).toContain(`^(.*; ?)?${was}(;.*)?$`);
      // Flagger notes a cookie without a name for the primary; nobody is given it.
      const primary = before.statuses['affinity']?.primarySessionAffinityCookie ?? '';
      expect(primary).toMatch(/^=\w+$/);
      expect(await routeText()).not.toContain(primary);
    });

    it.each(atRest)('stays at rest: %s, its hashes as they were', async (namespace) => {
      const was = before.statuses[namespace];
      expect(await left.cluster.status(namespace)).toMatchObject({
        phase: was?.phase,
        lastAppliedSpec: was?.lastAppliedSpec,
        lastPromotedSpec: was?.lastPromotedSpec,
        adopted: { lastAppliedSpec: { theirs: was?.lastAppliedSpec } },
      });
      expect(phases.of(`${namespace}/podinfo`)).toEqual([was?.phase]);
      await expect.poll(() => adoptionEvents(left, namespace), soon).toEqual(['Normal Adopted']);
    });

    it('asks a person where target and primary differ and no run is recorded', async () => {
      const { phase, conditions = [] } = await left.cluster.status('unclear');
      expect(phase).toBe('Initialized');
      expect(conditions.find(({ type }) => type === 'AdoptionUnclear')?.message).toContain('differ');
      await expect.poll(() => adoptionEvents(left, 'unclear'), soon).toEqual(['Warning AdoptionUnclear']);
      expect(imageOf(await left.cluster.deployment('unclear', 'podinfo-primary'))).toBe('podinfo:1');
    });

    it('starts a run only where the configuration changed meanwhile, and leaves what is invalid alone', async () => {
      await left.until('changed', ({ phase }) => phase === 'Succeeded');
      expect(phases.of('changed/podinfo').slice(0, 2)).toEqual(['Initialized', 'Progressing']);
      const { conditions = [] } = await left.cluster.status('invalid');
      expect(conditions.find(({ type }) => type === 'Invalid')?.message).toContain('spec.provider');
    });

    it('goes on with what was in progress, and ends it', async () => {
      await expect.poll(async () => (await left.cluster.status('confirming')).canaryWeight, soon).toBe(50);
      for (const gate of ['/waiting/start', '/progressing/more', '/affinity/more', '/confirming/promote'])
        left.open.add(gate);
      await left.cluster.kubelet.setHealthy('podinfo:3', true, 'podinfo-primary');
      await Promise.all(
        inProgress.map((namespace) => left.until(namespace, ({ phase }) => phase === 'Succeeded')),
      );
      for (const namespace of inProgress) {
        const image = namespace === 'promoting' ? 'podinfo:3' : 'podinfo:2';
        expect(imageOf(await left.cluster.deployment(namespace, 'podinfo-primary'))).toBe(image);
        expect(replicasOf(await left.cluster.deployment(namespace, 'podinfo'))).toBe(0);
      }
    });

    it('goes on from where it stood: no weight is left out, none is taken back', () => {
      for (const namespace of ['progressing', 'affinity'])
        expect(shares.of(`${namespace}/podinfo`)).toEqual([20, 40, 60, 0]);
      expect(shares.of('confirming/podinfo')).toEqual([50, 0]);
      expect(shares.of('promoting/podinfo')).toEqual([50, 0]);
      expect(shares.of('waiting/podinfo')).toEqual([0, 25, 50, 0]);
      expect(phases.of('progressing/podinfo')).toEqual([
        'Progressing',
        'Promoting',
        'Finalising',
        'Succeeded',
      ]);
      expect(phases.of('confirming/podinfo').slice(0, 2)).toEqual(['WaitingPromotion', 'Promoting']);
      expect(controller.log()).not.toMatch(/"level":"error"/);
    });

    it(
      'starts nothing when Flagger takes it back, but for what Sluice began: that is analysed once more',
      { timeout: 2 * minute },
      async () => {
        await controller.stop();
        const { client } = left.cluster.kube;
        const own = 'waiting';
        const given = { objects: await takeSnapshot(client), statuses: await statusesOf(left) };
        const recorded = await recordPhases(client);
        const peer = left.startPeer();
        // Two of its beats: each canary has been looked at by then.
        await left.until(own, ({ phase, canaryWeight }) => phase === 'Progressing' && canaryWeight === 25);
        const now = await takeSnapshot(client);
        await peer.stop();
        await recorded.stop();
        // Flagger keeps the rules of an A/B test at rest. Ours went with the run, and it puts them back.
        const isOther = (line: string): boolean => !line.startsWith('HTTPRoute picked/podinfo: ');
        for (const namespace of [...atRest, ...inProgress].filter((name) => name !== own)) {
          const { phase, lastAppliedSpec } = given.statuses[namespace] ?? {};
          expect(lastAppliedSpec).toBe((await left.cluster.status(namespace)).lastAppliedSpec);
          expect(recorded.of(`${namespace}/podinfo`)).toEqual([phase]);
          expect(inNamespace(now, namespace).filter(isOther)).toEqual(
            inNamespace(given.objects, namespace).filter(isOther),
          );
        }
        expect(given.statuses[own]?.lastAppliedSpec).toMatch(/^v1:/);
      },
    );
  });
});

/** What people do between two controllers: a new version, a new configuration, a new Canary. */
async function changeMeanwhile(left: PeerCluster): Promise<void> {
  const { cluster } = left;
  const { client } = cluster.kube;
  await left.ship('unclear', 'podinfo:2');
  await client.mergePatch(
    configMaps,
    { namespace: 'changed', name: 'settings' },
    { data: { color: 'red' } },
    {},
    within(),
  );
  await cluster.createNamespace('invalid');
  const canary = scenarioCanary({ spec: { provider: 'istio' } });
  await client.create(canaries, { ...canary, metadata: { name: 'podinfo', namespace: 'invalid' } }, within());
}

interface Foreseen {
  readonly code: number | null;
  readonly canaries: readonly Readonly<Record<string, unknown>>[];
  readonly objects: Awaited<ReturnType<typeof takeSnapshot>>;
}

/** `sluice adopt --dry-run` as a process, and the cluster after it. */
async function foresee({ cluster }: PeerCluster): Promise<Foreseen> {
  const flags = [
    '--dry-run',
    '-o=json',
    '-mesh-provider=gatewayapi:v1',
    '-min-interval=1s',
    `-kubeconfig=${cluster.plane.kubeconfig}`,
  ];
  const child = guardedSpawn(process.execPath, ['packages/sluice/src/cli/main.ts', 'adopt', ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => void (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const answer = asRecord(JSON.parse(text));
  return {
    code,
    canaries: asList(answer['canaries']).map(asRecord),
    objects: await takeSnapshot(cluster.kube.client, [canaries]),
  };
}

type Statuses = Readonly<Record<string, Awaited<ReturnType<PeerCluster['cluster']['status']>>>>;

async function statusesOf({ cluster, cases }: PeerCluster): Promise<Statuses> {
  const all = Object.keys(cases).map(
    async (namespace) => [namespace, await cluster.status(namespace)] as const,
  );
  return Object.fromEntries(await Promise.all(all));
}

/** Kubernetes' own controllers have done what Flagger left to them: two looks say the same. */
async function untilQuiet({ cluster }: PeerCluster): Promise<void> {
  let last = '';
  const isQuiet = async (): Promise<boolean> => {
    const before = last;
    last = JSON.stringify(await takeSnapshot(cluster.kube.client));
    return before === last;
  };
  await vi.waitUntil(isQuiet, { timeout: 40_000, interval: 1_000 });
}

async function adoptionEvents({ cluster }: PeerCluster, namespace: string): Promise<readonly string[]> {
  const { items } = await cluster.kube.client.list(events, { namespace }, within());
  return items
    .filter((event) => event['reportingComponent'] === 'sluice')
    .map((event) => `${String(event['type'])} ${String(event['reason'])}`);
}

const without = (
  namespace: string,
  snapshot: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(snapshot).filter(([key]) => !key.includes(` ${namespace}/`)));

const inNamespace = (snapshot: Readonly<Record<string, string>>, namespace: string): readonly string[] =>
  Object.entries(snapshot)
    .filter(([key]) => key.includes(` ${namespace}/`))
    .map(([key, value]) => `${key}: ${value}`);
