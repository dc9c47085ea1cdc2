import { expect } from 'vitest';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { deployments, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { within } from '../../contracts/kube-client/contract-space.ts';
import type { Facts, RolloutCluster, RolloutWorld, WorldParts } from '../../contracts/rollout/world.ts';
import { factsOf } from '../scenario/rollout-facts.ts';
import { everybodysShare, scenarioCanary, scenarioDeployment } from '../scenario/objects.ts';
import { startHookReceiver } from './hook-receiver.ts';
import type { HookSide } from './hook-receiver.ts';
import type { KubeApiServerBinaries } from './kube-apiserver.ts';
import { startObjectMirror } from './object-mirror.ts';
import type { ObjectMirror } from './object-mirror.ts';
import { startRealCluster } from './real-cluster.ts';
import type { RealCluster } from './real-cluster.ts';
import { until } from './until.ts';

const soon = { timeoutMs: 60_000, everyMs: 25 };
const name = 'podinfo';

/** A real control plane as a place for rollouts: a world is a namespace, one controller works on all of them. */
export async function startRolloutCluster(binaries: KubeApiServerBinaries): Promise<RolloutCluster> {
  const cluster = await startRealCluster(binaries, { namespaces: [] });
  const receiver = await startHookReceiver();
  const mirror = startObjectMirror(cluster.kube.client, [canaries, deployments, httpRoutes]);
  const flags = ['-mesh-provider=gatewayapi:v1'];
  let controller = cluster.startController({ flags });
  let worlds = 0;
  return {
    async createWorld(parts) {
      const namespace = `world-${(worlds += 1)}`;
      await cluster.createNamespace(namespace);
      const hooks = receiver.side(namespace);
      for (const [path, reply] of Object.entries(parts.replies ?? {})) hooks.reply(path, reply);
      await install(cluster, namespace, parts, hooks);
      const replaceController = async (): Promise<void> => {
        await controller.kill();
        controller = cluster.startController({ flags });
      };
      return worldOf({ cluster, mirror, hooks, namespace, replaceController });
    },
    async close() {
      await mirror.stop();
      await cluster.close();
      await receiver[Symbol.asyncDispose]();
      expect(controller.log()).not.toMatch(/"level":"error"/);
    },
  };
}

async function install(
  { kube: { client } }: RealCluster,
  namespace: string,
  parts: WorldParts,
  { url }: HookSide,
): Promise<void> {
  const provider = parts.provider === undefined ? {} : { provider: parts.provider };
  const canary = scenarioCanary({ ...parts, spec: { metricsServer: url, ...provider, ...parts.spec } });
  const spec: unknown = JSON.parse(JSON.stringify(canary['spec']).replaceAll('http://receiver/', `${url}/`));
  const metadata = { name, namespace };
  await client.create(deployments, { ...scenarioDeployment('podinfo:1'), metadata }, within());
  await client.create(canaries, { ...canary, metadata, spec }, within());
}

interface Parts extends Pick<RolloutWorld, 'replaceController'> {
  readonly cluster: RealCluster;
  readonly mirror: ObjectMirror;
  readonly hooks: HookSide;
  readonly namespace: string;
}

function worldOf({ cluster, mirror, hooks, namespace, replaceController }: Parts): RolloutWorld {
  const { client } = cluster.kube;
  const ref = { namespace, name };
  const history = recordHistory(mirror, namespace);
  const look = (): Facts =>
    factsOf({
      canary: mirror.get(canaries, ref),
      deployments: mirror.list(deployments, namespace),
      route: mirror.get(httpRoutes, ref),
      ...history,
      calls: hooks.calls,
    });
  return {
    look: () => Promise.resolve(look()),
    async until(condition) {
      const isSo = (): boolean => condition(look());
      await until(`canary ${namespace}/${name}`, isSo, soon).catch((error: unknown) => {
        throw new Error(JSON.stringify(look().canary?.status), { cause: error });
      });
      return look();
    },
    pass: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
    async ship(image) {
      history.clear();
      const template = asRecord(scenarioDeployment(image)['spec'])['template'];
      await client.mergePatch(deployments, ref, { spec: { template } }, {}, within());
    },
    patchCanary: async (patch) => void (await client.mergePatch(canaries, ref, patch, {}, within())),
    deleteCanary: () => client.delete(canaries, ref, {}, within()),
    setHealthy: (image, healthy) => cluster.kubelet.setHealthy(image, healthy),
    reply: (path, reply) => hooks.reply(path, reply),
    measure: (value) => hooks.measure(value),
    replaceController,
    end: () => Promise.resolve(),
  };
}

/** Changes of the canary's phase and of the route's weight from now on. */
function recordHistory(mirror: ObjectMirror, namespace: string) {
  const phases: string[] = [];
  const weights: number[] = [];
  let last: { phase?: unknown; weight?: number } = {};
  mirror.onChange((resource: ResourceType, object: AnyKubeObject) => {
    if (object.metadata.namespace !== namespace) return;
    if (resource === canaries) {
      const { phase } = asRecord(object['status']);
      if (typeof phase === 'string' && phase !== last.phase) phases.push(phase);
      last = { ...last, phase };
    } else if (resource === httpRoutes) {
      const weight = everybodysShare(object) ?? -1;
      if (weight !== last.weight) weights.push(weight);
      last = { ...last, weight };
    }
  });
  const clear = (): void => void (phases.length = weights.length = 0);
  return { phases, weights, clear };
}
