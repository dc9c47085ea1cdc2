import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import {
  configMaps,
  deployments,
  horizontalPodAutoscalers,
  secrets,
} from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import { changeConfig, configMap, reading, secret } from '../../support/scenario/configs.ts';
import { scenarioHpa } from '../../support/scenario/objects.ts';
import { one, shifting, ship, usual } from './journey.ts';
import type { Journey } from './journey.ts';

const autoscalerRef = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  name: 'podinfo',
} as const satisfies CanarySpec['autoscalerRef'];

export const configured = {
  target: reading('envFrom configMap', 'env configMap', 'volume secret'),
  objects: [
    [configMaps, configMap('settings', { color: 'blue' })],
    [secrets, secret('key', { token: 'b25l' })],
  ] as const,
};
export const scaled = {
  objects: [[horizontalPodAutoscalers, scenarioHpa()]] as const,
  spec: { autoscalerRef },
};
export const accompanied = {
  ...configured,
  ...scaled,
  objects: [...configured.objects, ...scaled.objects],
};

/** What the target reads and is scaled by, which the primary has copies of. */
export const companions: readonly Journey[] = [
  {
    name: 'a new canary with configuration and an autoscaler',
    world: usual(one, { ...accompanied, spec: { ...accompanied.spec, suspend: true } }),
    fromNothing: true,
    go: (scenario) => scenario.edit(() => ({ suspend: false })),
  },
  {
    name: 'a change of a ConfigMap',
    world: usual(one, configured),
    go: (scenario) => changeConfig(scenario, configMaps, 'settings', { color: 'red' }),
  },
  {
    name: 'a change of a Secret and the template',
    world: usual(one, configured),
    go(scenario) {
      changeConfig(scenario, secrets, 'key', { token: 'dHdv' });
      ship(scenario);
    },
  },
  {
    name: 'a change of a ConfigMap in a run',
    world: usual(one, configured),
    async go(scenario) {
      ship(scenario);
      await shifting(scenario);
      changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    },
  },
  {
    name: 'a change of a Secret that is rolled back',
    world: usual(one, { ...configured, analysis: { threshold: 1 }, replies: { '/load': 500 } }),
    go: (scenario) => changeConfig(scenario, secrets, 'key', { token: 'dHdv' }),
  },
  {
    name: 'an autoscaler that grows in a run',
    world: usual(one, scaled),
    async go(scenario) {
      resize(scenario, 'podinfo-primary', 5);
      await scenario.clock.advance('1s');
      ship(scenario);
      await shifting(scenario);
      changeScaler(scenario, { minReplicas: 3, maxReplicas: 12 });
    },
  },
  {
    name: 'a rollback with an autoscaler',
    world: usual(one, { ...scaled, analysis: { threshold: 1 }, replies: { '/load': 500 } }),
    async go(scenario) {
      ship(scenario);
      await shifting(scenario);
      resize(scenario, 'podinfo', 4);
    },
  },
];

function changeScaler(scenario: Scenario, fields: Readonly<Record<string, unknown>>): void {
  const object = scenario.store.get(horizontalPodAutoscalers, { namespace: 'test', name: 'podinfo' });
  if (object === undefined) throw new Error('no scaler');
  scenario.store.update(horizontalPodAutoscalers, {
    ...object,
    spec: { ...asRecord(object['spec']), ...fields },
  });
}

/** What a scaler, or a person, does. */
function resize(scenario: Scenario, name: string, replicas: number): void {
  const object: AnyKubeObject | undefined = scenario.deployment(name);
  if (object === undefined) throw new Error(`no deployment ${name}`);
  scenario.store.update(deployments, { ...object, spec: { ...asRecord(object['spec']), replicas } });
}
