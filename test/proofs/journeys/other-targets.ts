import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import {
  customResourceDefinitions,
  deployments,
  scaledObjects,
  services,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { scaledObjectDefinition, scenarioScaledObject, startFakeKeda } from '../../support/scenario/keda.ts';
import { scenarioDaemonSet, scenarioDeployment } from '../../support/scenario/objects.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import { one, ship, usual } from './journey.ts';
import type { Difference, Journey } from './journey.ts';

const failing: Difference = { analysis: { threshold: 1 }, replies: { '/load': 500 } };
const ref = { namespace: 'test', name: 'podinfo' };
const reverting = { revertOnDeletion: true };
const isGone = (scenario: Scenario): boolean => scenario.store.get(canaries, ref) === undefined;

const daemons: Difference = {
  target: scenarioDaemonSet('podinfo:1'),
  spec: { targetRef: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'podinfo' } },
};

const ofService = { targetRef: { apiVersion: 'v1', kind: 'Service', name: 'podinfo' } } as const;
const leading: Difference = {
  target: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: ref,
    spec: { selector: { app: 'one' }, ports: [{ name: 'http', port: 9898, targetPort: 9898 }] },
  },
  objects: ['one', 'two'].map((name) => [deployments, version(name)] as const),
  spec: ofService,
};

const autoscalerRef = {
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  name: 'podinfo',
} as const satisfies CanarySpec['autoscalerRef'];
const keda: Difference = {
  objects: [
    [customResourceDefinitions, scaledObjectDefinition],
    [scaledObjects, scenarioScaledObject()],
  ],
  spec: { autoscalerRef },
};

/** Targets that are stopped in another way than a Deployment, or not at all, and the scaler that has to be told. */
export const otherTargets: readonly Journey[] = [
  { name: 'a new DaemonSet', world: usual(one, suspended(daemons)), fromNothing: true, go: begin },
  { name: 'a DaemonSet', world: usual(one, daemons), go: ship },
  { name: 'a DaemonSet that is rolled back', world: usual(one, { ...daemons, ...failing }), go: ship },
  {
    name: 'the deletion of the Canary of a DaemonSet',
    world: usual(one, { ...daemons, spec: { ...daemons.spec, ...reverting } }),
    go: (scenario) => scenario.store.delete(canaries, ref),
    until: isGone,
  },
  { name: 'a new Service', world: usual(one, suspended(leading)), fromNothing: true, go: begin },
  { name: 'a Service', world: usual(one, leading), go: leadElsewhere },
  { name: 'a Service that is rolled back', world: usual(one, { ...leading, ...failing }), go: leadElsewhere },
  {
    name: 'a new canary with KEDA',
    world: usual(one, suspended(keda)),
    fromNothing: true,
    go(scenario) {
      startFakeKeda(scenario.store, scenario.clock);
      begin(scenario);
    },
  },
  { name: 'a run with KEDA', world: usual(one, keda), go: withKeda(ship) },
  { name: 'a rollback with KEDA', world: usual(one, { ...keda, ...failing }), go: withKeda(ship) },
  {
    name: 'a pause of KEDA that somebody takes away before a run',
    world: usual(one, keda),
    go: withKeda((scenario) => {
      const object = scenario.store.get(scaledObjects, ref);
      if (object === undefined) throw new Error('no ScaledObject');
      const metadata = { ...object.metadata, annotations: {} };
      scenario.store.update(scaledObjects, { ...object, metadata });
      ship(scenario);
    }),
  },
  {
    name: 'the deletion of a Canary with KEDA',
    world: usual(one, { ...keda, spec: { ...keda.spec, ...reverting } }),
    go: withKeda((scenario) => scenario.store.delete(canaries, ref)),
    until: isGone,
  },
];

function suspended(own: Difference): Difference {
  return { ...own, spec: { ...own.spec, suspend: true } };
}

function begin(scenario: Scenario): void {
  scenario.edit(() => ({ suspend: false }));
}

function withKeda(go: (scenario: Scenario) => void): (scenario: Scenario) => void {
  return (scenario) => {
    startFakeKeda(scenario.store, scenario.clock);
    go(scenario);
  };
}

function leadElsewhere(scenario: Scenario): void {
  const object = scenario.store.get(services, ref);
  if (object === undefined) throw new Error('no target');
  const spec = { ...asRecord(object['spec']), selector: { app: 'two' } };
  scenario.store.update(services, { ...object, spec });
}

/** Pods that a Service may choose. */
function version(name: string): AnyKubeObject {
  const deployment = scenarioDeployment(`podinfo:${name}`);
  const spec = asRecord(deployment['spec']);
  const labels = { app: name };
  const template = { ...asRecord(spec['template']), metadata: { labels } };
  return {
    ...deployment,
    metadata: { name, namespace: ref.namespace },
    spec: { ...spec, selector: { matchLabels: labels }, template },
  };
}
