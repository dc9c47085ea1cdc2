import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { deployments, events, httpRoutes, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { recordChanges, recordPhases } from '../support/real/peer/record.ts';
import type { Changes } from '../support/real/peer/record.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import {
  everybodysShare,
  imageOf,
  namespace,
  replicasOf,
  scenarioCanary,
  scenarioDeployment,
} from '../support/scenario/objects.ts';

const soon = { timeout: 40_000, interval: 50 };
const argo = 'argocd-controller';
const flux = 'kustomize-controller';

/** What stands in Git. */
const canaryInGit = scenarioCanary({ analysis: { interval: '1s' }, spec: { revertOnDeletion: true } });
const tracking = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:test/podinfo' };

function targetInGit(image: string, { replicas }: { readonly replicas?: number } = {}): AnyKubeObject {
  const { metadata, spec, ...rest } = scenarioDeployment(image);
  const { replicas: _, ...template } = asRecord(spec);
  return {
    ...rest,
    metadata: { ...metadata, annotations: tracking },
    spec: { ...template, ...(replicas === undefined ? {} : { replicas }) },
  };
}

withRealKube('another field manager on', (binaries) => {
  describe('another field manager on a real control plane', () => {
    let cluster: RealCluster;
    let phases: Changes;
    let sizes: Changes;
    const ref = (name: string) => ({ namespace, name });
    const key = `${namespace}/podinfo`;

    /** Server-side apply, as Argo CD and Flux do it. */
    async function apply(resource: ResourceType, object: AnyKubeObject, manager: string, force = true) {
      const { group, version, plural } = resource;
      const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
      const { status, text } = await cluster.kube.request({
        method: 'PATCH',
        path: `${root}/namespaces/${namespace}/${plural}/${object.metadata.name}?fieldManager=${manager}&force=${String(force)}`,
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(object),
      });
      if (status >= 300) throw new Error(`${status} ${text.slice(0, 500)}`);
      return JSON.parse(text) as AnyKubeObject;
    }
    const until = (phase: string) =>
      vi.waitUntil(async () => (await cluster.status(namespace)).phase === phase, soon);
    const live = async (resource: ResourceType, name: string): Promise<AnyKubeObject> =>
      cluster.kube.client.get(resource, ref(name), within());
    const selectorOf = async (name: string): Promise<unknown> =>
      asRecord(asRecord((await live(services, name))['spec'])['selector'])['app'];

    beforeAll(async () => {
      cluster = await startRealCluster(binaries);
      await apply(deployments, targetInGit('podinfo:1', { replicas: 2 }), argo);
      await apply(canaries, canaryInGit, argo);
      const { client } = cluster.kube;
      phases = await recordPhases(client);
      sizes = await recordChanges(client, deployments, replicasOf);
      cluster.startController({ flags: ['-mesh-provider=gatewayapi:v1'] });
      await until('Initialized');
    });
    afterAll(async () => {
      await phases?.stop();
      await sizes?.stop();
      await cluster?.close();
    });

    it('that applies the target with replicas grows it: it is stopped again, one Warning says why, no run begins', async () => {
      const applied = await apply(deployments, targetInGit('podinfo:1', { replicas: 2 }), argo);
      expect(replicasOf(applied)).toBe(2);
      await vi.waitUntil(async () => replicasOf(await live(deployments, 'podinfo')) === 0, soon);
      await apply(deployments, targetInGit('podinfo:1', { replicas: 2 }), argo);
      await vi.waitUntil(async () => replicasOf(await live(deployments, 'podinfo')) === 0, soon);
      await expect.poll(() => sizes.of(key), soon).toEqual([2, 0, 2, 0, 2, 0]);
      expect(sizes.of(`${key}-primary`)).toEqual([2]);
      expect(phases.of(key).at(-1)).toBe('Initialized');
      const warned = async (): Promise<readonly AnyKubeObject[]> =>
        (await cluster.kube.client.list(events, { namespace }, within())).items.filter(
          ({ reason }) => reason === 'TargetScaledUp',
        );
      await vi.waitUntil(async () => (await warned()).length === 1, soon);
    });

    it('that applies it without replicas has nothing to fight about, at rest and in a run', async () => {
      const before = await live(deployments, 'podinfo');
      const first = await apply(deployments, targetInGit('podinfo:1'), argo);
      expect(first.metadata.generation).toBe(before.metadata.generation);
      await apply(deployments, targetInGit('podinfo:2'), argo);
      await vi.waitUntil(async () => (await cluster.status(namespace)).canaryWeight === 25, soon);
      const again = await apply(deployments, targetInGit('podinfo:2'), argo);
      expect(replicasOf(again)).toBe(2);
      await until('Succeeded');
      await expect.poll(() => sizes.of(key).slice(5), soon).toEqual([0, 2, 0]);
      expect(imageOf(await cluster.deployment(namespace, 'podinfo-primary'))).toBe('podinfo:2');
    });

    it('that changes the Canary meets no conflict without force, and takes nothing away', async () => {
      const before = await live(canaries, 'podinfo');
      const spec = asRecord(canaryInGit['spec']);
      const changed = { ...spec, analysis: { ...asRecord(spec['analysis']), threshold: 4 } };
      const applied = await apply(canaries, { ...canaryInGit, spec: changed }, argo, false);
      expect(applied.metadata.finalizers).toEqual(before.metadata.finalizers);
      expect(applied.metadata.finalizers).toHaveLength(1);
      expect(applied['status']).toEqual(before['status']);
    });

    it('owns all of its target but the size', async () => {
      const mine = ownedBy(await live(deployments, 'podinfo'), 'sluice');
      expect(mine).toEqual([{ 'f:spec': { 'f:replicas': {} } }]);
      expect(ownedBy(await live(canaries, 'podinfo'), 'sluice').map(Object.keys)).toContainEqual([
        'f:status',
      ]);
    });

    it('that applies its own selector to the apex service is put right: the primary serves', async () => {
      const spec = { selector: { app: 'podinfo' }, ports: [{ name: 'http', port: 9898 }] };
      await apply(
        services,
        { apiVersion: 'v1', kind: 'Service', metadata: { name: 'podinfo', namespace }, spec },
        flux,
      );
      await vi.waitUntil(async () => (await selectorOf('podinfo')) === 'podinfo-primary', soon);
    });

    it('that applies its own weights in the middle of a run is put right, and the run goes on', async () => {
      const shares = await recordChanges(cluster.kube.client, httpRoutes, everybodysShare);
      await apply(deployments, targetInGit('podinfo:3'), argo);
      await vi.waitUntil(() => shares.of(key).at(-1) === 50, soon);
      await apply(httpRoutes, await routeToPrimary(), flux);
      await until('Succeeded');
      await expect.poll(() => shares.of(key), soon).toEqual([0, 25, 50, 0, 50, 0]);
      await shares.stop();
      expect(imageOf(await cluster.deployment(namespace, 'podinfo-primary'))).toBe('podinfo:3');
    });

    async function routeToPrimary(): Promise<AnyKubeObject> {
      const { apiVersion, kind, spec } = await live(httpRoutes, 'podinfo');
      const rules = asList(asRecord(spec)['rules']).map((rule) => ({
        ...asRecord(rule),
        backendRefs: [{ name: 'podinfo-primary', port: 9898, weight: 100 }],
      }));
      return { apiVersion, kind, metadata: { name: 'podinfo', namespace }, spec: { rules } };
    }

    it('that prunes marks of ours starts nothing: those that are needed come back', async () => {
      const { client } = cluster.kube;
      const ours = (await live(deployments, 'podinfo-primary')).metadata.annotations?.['sluice.dev/revision'];
      expect(ours).toMatch(/^v1:/);
      const before = phases.of(key).length;
      const prune = (annotation: string) => ({ metadata: { annotations: { [annotation]: null } } });
      await client.mergePatch(
        deployments,
        ref('podinfo-primary'),
        prune('sluice.dev/revision'),
        {},
        within(),
      );
      await client.mergePatch(
        services,
        ref('podinfo'),
        prune('kustomize.toolkit.fluxcd.io/reconcile'),
        {},
        within(),
      );
      await vi.waitUntil(
        async () =>
          (await live(services, 'podinfo')).metadata.annotations?.[
            'kustomize.toolkit.fluxcd.io/reconcile'
          ] === 'disabled',
        soon,
      );
      expect(phases.of(key)).toHaveLength(before);
      await apply(deployments, targetInGit('podinfo:4'), argo);
      await vi.waitUntil(
        async () => imageOf(await live(deployments, 'podinfo-primary')) === 'podinfo:4',
        soon,
      );
      await until('Succeeded');
      expect(
        (await live(deployments, 'podinfo-primary')).metadata.annotations?.['sluice.dev/revision'],
      ).toMatch(/^v1:/);
    });

    it('finds no mark of its own on the primary, which is not in Git', async () => {
      const { annotations = {}, ownerReferences } = (await live(deployments, 'podinfo-primary')).metadata;
      expect(Object.keys(annotations).filter((name) => name.startsWith('argocd.argoproj.io/'))).toEqual([]);
      expect(ownerReferences?.[0]).toMatchObject({ kind: 'Canary', controller: true });
    });
  });
});

/** The fields that a manager owns, by the server's books. */
function ownedBy({ metadata }: AnyKubeObject, manager: string): readonly Readonly<Record<string, unknown>>[] {
  return asList(asRecord(metadata)['managedFields'])
    .map(asRecord)
    .filter((entry) => entry['manager'] === manager)
    .map((entry) => asRecord(entry['fieldsV1']));
}
