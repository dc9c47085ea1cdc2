/** A body that an API server refuses with 422, and the causes that its answer lists: field, and how the message begins. */
export interface Refused {
  readonly title: string;
  /** Path of the list it is sent to. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly causes: readonly (readonly [field: string, message: string])[];
}

export type Causes = Refused['causes'];

const namespaced = '/namespaces/default';
export const paths = {
  configMaps: `/api/v1${namespaced}/configmaps`,
  secrets: `/api/v1${namespaced}/secrets`,
  services: `/api/v1${namespaced}/services`,
  namespaces: '/api/v1/namespaces',
  deployments: `/apis/apps/v1${namespaced}/deployments`,
  statefulSets: `/apis/apps/v1${namespaced}/statefulsets`,
  jobs: `/apis/batch/v1${namespaced}/jobs`,
  cronJobs: `/apis/batch/v1${namespaced}/cronjobs`,
  ingresses: `/apis/networking.k8s.io/v1${namespaced}/ingresses`,
  roles: `/apis/rbac.authorization.k8s.io/v1${namespaced}/roles`,
  definitions: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  canaries: `/apis/flagger.app/v1beta1${namespaced}/canaries`,
  routes: `/apis/gateway.networking.k8s.io/v1${namespaced}/httproutes`,
  gateways: `/apis/gateway.networking.k8s.io/v1${namespaced}/gateways`,
} as const;

export const long = (length: number): string => 'a'.repeat(length);

type Fields = Readonly<Record<string, unknown>>;

export const configMap = (metadata: Fields, more: Fields = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', ...metadata },
  ...more,
});

export const container = (more: Fields = {}): Fields => ({ name: 'main', image: 'i:1', ...more });

export const deployment = (pod: Fields = {}, template: Fields = {}, spec: Fields = {}): Fields => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: {
    selector: { matchLabels: { app: 'a' } },
    template: {
      metadata: { labels: { app: 'a' }, ...template },
      spec: { containers: [container()], ...pod },
    },
    ...spec,
  },
});

export const service = (spec: Fields, name = 's'): Fields => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'a' }, ports: [{ port: 80 }], ...spec },
});
