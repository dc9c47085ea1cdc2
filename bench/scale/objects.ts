import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';

const perNamespace = 100;

export interface Ref {
  readonly namespace: string;
  readonly name: string;
}

/** Of the canary and its target: 100 in a namespace. */
export const refOf = (index: number): Ref => ({
  namespace: `team-${Math.trunc(index / perNamespace)}`,
  name: `app-${index}`,
});

/** Those that `count` canaries need. */
export const namespacesFor = (count: number): readonly AnyKubeObject[] =>
  Array.from({ length: Math.ceil(count / perNamespace) }, (_, team) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: `team-${team}` },
  }));

/** The one that the routes of a namespace name; nobody gives it a status, so the controller trusts it. */
export const gatewayIn = (namespace: string): AnyKubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { namespace, name: 'gateway' },
  spec: { gatewayClassName: 'nobody', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
});

export const deploymentOf = (ref: Ref, revision: number): AnyKubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: ref,
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: ref.name } },
    template: {
      metadata: { labels: { app: ref.name } },
      spec: {
        containers: [{ name: 'app', image: `app:${revision}`, ports: [{ containerPort: 80, name: 'http' }] }],
      },
    },
  },
});

export const canaryOf = (ref: Ref): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: ref,
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: ref.name },
    service: { port: 80, gatewayRefs: [{ name: 'gateway' }] },
    analysis: { interval: '10s', threshold: 5, stepWeights: [25, 50] },
  },
});

export const kubeconfigOf = (server: string): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'local', cluster: { server } }],
  contexts: [{ name: 'local', context: { cluster: 'local', user: 'nobody' } }],
  users: [{ name: 'nobody', user: {} }],
  'current-context': 'local',
});
