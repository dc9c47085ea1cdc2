import type { CanaryAnalysis, CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';

export type WebhookShorthand = readonly [
  type: string,
  path: string,
  extra?: Readonly<Record<string, unknown>>,
];

export interface CanaryParts {
  readonly analysis?: Partial<CanaryAnalysis>;
  readonly spec?: Partial<CanarySpec>;
  /** `['confirm-rollout', '/gate']`: a hook named after its path. */
  readonly hooks?: readonly WebhookShorthand[];
}

export const namespace = 'test';

/** A weighted canary of steps 25 and 50, 10 s each, with three failed checks allowed; `parts` change it. */
export function scenarioCanary(parts: CanaryParts): AnyKubeObject {
  const webhooks = (parts.hooks ?? []).map(([type, path, extra]) => ({
    name: path.slice(1),
    type,
    // People answer an approval.
    ...(extra?.['approval'] === undefined ? { url: `http://receiver${path}` } : {}),
    ...extra,
  }));
  const ownSteps = parts.analysis?.iterations ?? parts.analysis?.stepWeights;
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 9898, gatewayRefs: [{ name: 'gateway' }] },
      analysis: {
        interval: '10s',
        threshold: 3,
        ...(ownSteps === undefined ? { stepWeight: 25, maxWeight: 50 } : {}),
        webhooks,
        ...parts.analysis,
      },
      ...parts.spec,
    },
  };
}

/** The Gateway that routes of scenarios name, taken by its controller; a silent one has no status. */
export const scenarioGateway = (isSilent = false): AnyKubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gateway', namespace },
  spec: { gatewayClassName: 'fake', listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }] },
  ...(isSilent
    ? {}
    : {
        status: {
          conditions: [
            {
              type: 'Programmed',
              status: 'True',
              reason: 'Programmed',
              message: '',
              lastTransitionTime: '2026-01-01T00:00:00Z',
            },
          ],
        },
      }),
});

export const scenarioDeployment = (image: string): AnyKubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'podinfo', namespace },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'podinfo' } },
    template: {
      metadata: { labels: { app: 'podinfo' } },
      spec: { containers: [{ name: 'podinfod', image, ports: [{ containerPort: 9898, name: 'http' }] }] },
    },
  },
});

/** The same pods, one on each node; `container` adds fields to theirs. */
export function scenarioDaemonSet(
  image: string,
  container: Readonly<Record<string, unknown>> = {},
): AnyKubeObject {
  const deployment = scenarioDeployment(image);
  const { replicas: _sizeless, ...spec } = asRecord(deployment['spec']);
  const template = asRecord(spec['template']);
  const pod = asRecord(template['spec']);
  const containers = asList(pod['containers']).map((item) => ({ ...asRecord(item), ...container }));
  return {
    ...deployment,
    kind: 'DaemonSet',
    spec: { ...spec, template: { ...template, spec: { ...pod, containers } } },
  };
}

export const scenarioHpa = (
  name = 'podinfo',
  fields: Readonly<Record<string, unknown>> = {},
): AnyKubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name, namespace },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: 2,
    maxReplicas: 10,
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } },
      },
    ],
    ...fields,
  },
});

const templateOf = (deployment: AnyKubeObject | undefined) =>
  asRecord(asRecord(asRecord(deployment?.['spec'])['template'])['spec']);

export const imageOf = (deployment: AnyKubeObject | undefined): string | undefined => {
  const image = asRecord(asList(templateOf(deployment)['containers'])[0])['image'];
  return typeof image === 'string' ? image : undefined;
};

export function withImage(deployment: AnyKubeObject, image: string): AnyKubeObject {
  const containers = asList(templateOf(deployment)['containers']).map((item) => ({
    ...asRecord(item),
    image,
  }));
  const spec = asRecord(deployment['spec']);
  const template = { ...asRecord(spec['template']), spec: { ...templateOf(deployment), containers } };
  return { ...deployment, spec: { ...spec, template } };
}

export const replicasOf = (deployment: AnyKubeObject | undefined): number =>
  Number(asRecord(deployment?.['spec'])['replicas'] ?? -1);

const rulesOf = (route: AnyKubeObject | undefined) =>
  asList(asRecord(route?.['spec'])['rules']).map((rule) =>
    asList(asRecord(rule)['backendRefs']).map(asRecord),
  );

const shareOf = (backends: readonly Readonly<Record<string, unknown>>[] | undefined): number | undefined => {
  const weight = backends?.find((ref) => String(ref['name']).endsWith('-canary'))?.['weight'];
  return typeof weight === 'number' ? weight : undefined;
};

/** Canary share of the first rule, which is the one for matching requests in A/B. */
export const firstRuleShare = (route: AnyKubeObject | undefined): number | undefined =>
  shareOf(rulesOf(route)[0]);

/** Canary share of the rule that takes everybody; 0 when only the primary stands in it. */
export function everybodysShare(route: AnyKubeObject | undefined): number | undefined {
  if (route === undefined) return undefined;
  return shareOf(rulesOf(route).at(-1)) ?? 0;
}

/** The target under another name; its pods are told apart by the label `app`. */
export function deploymentNamed(name: string, app = name): AnyKubeObject {
  const deployment = scenarioDeployment('podinfo:1');
  const spec = asRecord(deployment['spec']);
  const labels = { app };
  return {
    ...deployment,
    metadata: { name, namespace },
    spec: {
      ...spec,
      selector: { matchLabels: labels },
      template: { ...asRecord(spec['template']), metadata: { labels } },
    },
  };
}
