/** One object, one patch over HTTP, and what comes of it. */
export interface CallVector {
  readonly title: string;
  /** Path below its namespace's collection, whose last part names the object. */
  readonly collection: 'api/v1/configmaps' | 'api/v1/services' | 'flagger.app/v1beta1/canaries';
  readonly object: Readonly<Record<string, unknown>>;
  readonly type: string;
  readonly patch: unknown;
  readonly status: number;
  /** Fields of the answer. */
  readonly answer?: Readonly<Record<string, unknown>>;
}

const data = { a: '1', b: '2' };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', data };
const collection = 'api/v1/configmaps' as const;
const merge = 'merge-patch+json';
const json = 'json-patch+json';
const apply = 'apply-patch+yaml';

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  spec: { selector: { app: 'x' }, ports: [{ name: 'tcp', port: 53, protocol: 'TCP' }] },
};
const canary = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    service: { port: 80, hosts: ['a', 'b'] },
    analysis: { interval: '1m', threshold: 5, stepWeight: 10 },
  },
};

/** What every API server says to patches of each language. */
export const callVectors: readonly CallVector[] = [
  {
    title: 'a merge patch sets one key and takes another away',
    collection,
    object: configMap,
    type: merge,
    patch: { data: { a: null, c: '3' } },
    status: 200,
    answer: { data: { b: '2', c: '3' } },
  },
  {
    title: 'a merge patch replaces a list whole',
    collection: 'flagger.app/v1beta1/canaries',
    object: canary,
    type: merge,
    patch: { spec: { service: { hosts: ['c'] } } },
    status: 200,
    answer: { spec: { ...canary.spec, service: { port: 80, hosts: ['c'] } } },
  },
  {
    title: 'a merge patch of an old version is a conflict',
    collection,
    object: configMap,
    type: merge,
    patch: { metadata: { resourceVersion: '1' }, data: { a: '9' } },
    status: 409,
    answer: { reason: 'Conflict' },
  },
  {
    title: 'a merge patch that breaks the schema is refused',
    collection: 'flagger.app/v1beta1/canaries',
    object: canary,
    type: merge,
    patch: { spec: { analysis: { threshold: 'many' } } },
    status: 422,
    answer: { reason: 'Invalid' },
  },
  {
    title: 'a JSON patch adds, replaces, moves and removes',
    collection,
    object: configMap,
    type: json,
    patch: [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'replace', path: '/data/a', value: '9' },
      { op: 'move', from: '/data/b', path: '/data/c' },
      { op: 'add', path: '/data/d', value: '4' },
      { op: 'remove', path: '/data/d' },
    ],
    status: 200,
    answer: { data: { a: '9', c: '2' } },
  },
  {
    title: 'a JSON patch whose test does not hold is refused',
    collection,
    object: configMap,
    type: json,
    patch: [{ op: 'test', path: '/data/a', value: 'other' }],
    status: 422,
    answer: { reason: 'Invalid' },
  },
  {
    title: 'a JSON patch of what is not there is refused',
    collection,
    object: configMap,
    type: json,
    patch: [{ op: 'remove', path: '/data/none' }],
    status: 422,
    answer: { reason: 'Invalid' },
  },
  {
    title: 'a strategic patch of a custom resource is not known',
    collection: 'flagger.app/v1beta1/canaries',
    object: canary,
    type: 'strategic-merge-patch+json',
    patch: { spec: { suspend: true } },
    status: 415,
    answer: { reason: 'UnsupportedMediaType' },
  },
  {
    title: 'a language that does not exist is not known',
    collection,
    object: configMap,
    type: 'other-patch+json',
    patch: {},
    status: 415,
  },
  {
    title: 'an apply merges maps',
    collection,
    object: configMap,
    type: apply,
    patch: { apiVersion: 'v1', kind: 'ConfigMap', data: { c: '3' } },
    status: 200,
    answer: { data: { ...data, c: '3' } },
  },
  {
    title: 'an apply tells ports apart by number and protocol',
    collection: 'api/v1/services',
    object: service,
    type: apply,
    patch: { ...service, spec: { ports: [{ name: 'udp', port: 53, protocol: 'UDP' }] } },
    status: 200,
    answer: {
      spec: {
        ports: [
          { name: 'tcp', port: 53, protocol: 'TCP', targetPort: 53 },
          { name: 'udp', port: 53, protocol: 'UDP', targetPort: 53 },
        ],
      },
    },
  },
];
