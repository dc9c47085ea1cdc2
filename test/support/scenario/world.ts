import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { customResourceDefinitions, gateways, namespaces } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { startControllers } from '@sluice/local/controllers/start-controllers.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { createApiFaults } from '../fakes/api-faults.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { startFakeDataPlane } from '../fakes/fake-data-plane.ts';
import { createFakeKubelet } from '../fakes/fake-kubelet.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { createFakeReceiver } from '../fakes/fake-receiver.ts';
import type { MetricReply } from '../fakes/fake-receiver.ts';
import { createLocalKube } from '../fakes/local-kube.ts';
import { namespace, scenarioCanary, scenarioDeployment, scenarioGateway } from './objects.ts';
import { targetResource } from './options.ts';
import type { ScenarioOptions } from './options.ts';

/** All of a scenario is promises; the turn of the event loop is for tests that replace a process with `setImmediate`. */
const turnsToSettle = 1;

let parsed: readonly AnyKubeObject[] | undefined;

/** The CRDs, read once for all scenarios of a file: parsing them takes longer than a rollout. */
function definitions(): readonly AnyKubeObject[] {
  if (parsed !== undefined) return parsed;
  const { store } = createLocalKube(createFakeClock());
  installBasics(store, 'deploy/crds');
  parsed = store.list(customResourceDefinitions).map((definition) => ({
    ...definition,
    metadata: { name: definition.metadata.name },
  }));
  return parsed;
}

/** All that is around the controller: a cluster that works, its Canary and target, and who answers hooks and queries. */
export function createScenarioWorld(options: ScenarioOptions) {
  const clock = createFakeClock(undefined, turnsToSettle);
  const kube = createLocalKube(clock, options.observe);
  const { store } = kube;
  const measured: { value: MetricReply } = { value: 100 };
  const receiver = createFakeReceiver(
    () => measured.value,
    () => clock.now(),
  );
  for (const [path, reply] of Object.entries(options.replies ?? {})) receiver.reply(path, reply);
  for (const definition of definitions()) store.create(customResourceDefinitions, definition);
  store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const kubelet = createFakeKubelet(store, clock);
  startControllers({ store, clock, record: () => undefined }, createFakeLog());
  const dataPlane = startFakeDataPlane(store, clock, options.silentGateway);
  if (options.gateway !== false) {
    const gateway = scenarioGateway(options.silentGateway);
    const created = store.create(gateways, gateway);
    store.update(gateways, { ...created, status: gateway['status'] ?? {} }, { subresource: 'status' });
  }
  store.create(targetResource(options), options.target ?? scenarioDeployment('podinfo:1'));
  for (const [resource, object] of options.objects ?? []) store.create(resource, object);
  const created = store.create(canaries, scenarioCanary(options));
  if (options.status !== undefined)
    store.update(canaries, { ...created, status: options.status }, { subresource: 'status' });
  const api = createApiFaults(clock);
  for (const fault of options.faults ?? []) api.break(...fault);
  return { clock, kube, store, measured, receiver, kubelet, dataPlane, api, log: createFakeLog() };
}

export type ScenarioWorld = ReturnType<typeof createScenarioWorld>;
