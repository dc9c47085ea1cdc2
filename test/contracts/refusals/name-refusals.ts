import { configMap, deployment, long, paths, service, type Refused } from './refused.ts';

const subdomain = 'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters';
const label = 'a lowercase RFC 1123 label must consist of lower case alphanumeric characters';
const labelRule = 'a valid label must be an empty string or consist of alphanumeric characters';
const partRule = 'name part must consist of alphanumeric characters';

const named = (path: string, apiVersion: string, kind: string, name: string, why: string): Refused => ({
  title: `a ${kind} named ${JSON.stringify(name.slice(0, 20))}: ${why.slice(0, 30)}`,
  path,
  body: { apiVersion, kind, metadata: { name } },
  causes: [['metadata.name', `Invalid value: ${JSON.stringify(name)}: ${why}`]],
});

const map = (
  key: 'labels' | 'annotations',
  entry: readonly [string, string],
  ...whys: readonly (readonly [value: string, why: string])[]
): Refused => ({
  title: `${key} ${entry.map((it) => it.slice(0, 24)).join('=')}`,
  path: paths.configMaps,
  body: configMap({ [key]: Object.fromEntries([entry]) }),
  causes: whys.map(([value, why]) => [`metadata.${key}`, `Invalid value: ${JSON.stringify(value)}: ${why}`]),
});

const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u' };
const owned = (title: string, owners: readonly unknown[], field: string, message: string): Refused => ({
  title,
  path: paths.configMaps,
  body: configMap({ ownerReferences: owners }),
  causes: [[field, message]],
});

/** Names of objects, labels, annotations, finalizers and owners. */
export const nameRefusals: readonly Refused[] = [
  ...['../x', 'A', '-a', 'a_b', 'a..b', '*', 'a\n'].map((name) =>
    named(paths.configMaps, 'v1', 'ConfigMap', name, subdomain),
  ),
  named(paths.configMaps, 'v1', 'ConfigMap', long(254), 'must be no more than 253 characters'),
  named(paths.namespaces, 'v1', 'Namespace', 'a.b', 'must not contain dots'),
  named(paths.namespaces, 'v1', 'Namespace', 'a_b', label),
  {
    ...named(paths.services, 'v1', 'Service', long(64), 'must be no more than 63 characters'),
    body: service({}, long(64)),
  },
  { ...named(paths.services, 'v1', 'Service', 'a.b', 'must not contain dots'), body: service({}, 'a.b') },
  { ...named(paths.roles, 'rbac.authorization.k8s.io/v1', 'Role', 'a/b', "may not contain '/'") },
  named(paths.roles, 'rbac.authorization.k8s.io/v1', 'Role', '..', "may not be '..'"),
  {
    title: 'a custom resource named A',
    path: paths.canaries,
    body: {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'A' },
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
        service: { port: 80 },
        analysis: { interval: '1m', threshold: 5, stepWeight: 10 },
      },
    },
    causes: [['metadata.name', `Invalid value: "A": ${subdomain}`]],
  },
  {
    title: 'an object without a name',
    path: paths.configMaps,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} },
    causes: [['metadata.name', 'Required value: name or generateName is required']],
  },
  map('labels', ['a', long(64)], [long(64), 'must be no more than 63 bytes']),
  map('labels', ['a', '-'], ['-', labelRule]),
  map('labels', ['a', 'x y'], ['x y', labelRule]),
  map('labels', [long(64), ''], [long(64), 'name part must be no more than 63 bytes']),
  map('labels', ['a b', ''], ['a b', partRule]),
  map('labels', ['/a', ''], ['/a', 'prefix part must be non-empty']),
  map('labels', ['A_/a', ''], ['A_/a', `prefix part ${subdomain}`]),
  map('labels', ['a/b/c', ''], ['a/b/c', 'a valid label key must consist of']),
  map('labels', ['x/', ''], ['x/', 'name part must be non-empty'], ['x/', partRule]),
  map('annotations', ['a b', ''], ['a b', partRule]),
  map('annotations', ['a/b/c', ''], ['a/b/c', 'a valid label key must consist of']),
  {
    title: 'annotations of more than 256 KiB',
    path: paths.configMaps,
    body: configMap({ annotations: { a: long(256 * 1024) } }),
    causes: [['metadata.annotations', 'Too long: may not be more than 262144 bytes']],
  },
  {
    title: 'a finalizer without a domain',
    path: paths.configMaps,
    body: configMap({ finalizers: ['mine'] }),
    causes: [
      [
        'metadata.finalizers[0]',
        'Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
      ],
    ],
  },
  owned(
    'an owner without a uid',
    [{ ...owner, uid: '' }],
    'metadata.ownerReferences.uid',
    'Invalid value: "": must not be empty',
  ),
  owned(
    'an owner without a name',
    [{ ...owner, name: '' }],
    'metadata.ownerReferences.name',
    'Invalid value: "": must not be empty',
  ),
  owned(
    'two controlling owners',
    [
      { ...owner, controller: true },
      { ...owner, name: 'p', uid: 'v', controller: true },
    ],
    'metadata.ownerReferences',
    'Invalid value: [{"apiVersion":"v1"',
  ),
  {
    title: 'a label of a template that is too long',
    path: paths.deployments,
    body: deployment({}, { labels: { app: 'a', b: long(64) } }),
    causes: [['spec.template.labels', `Invalid value: "${long(64)}": must be no more than 63 bytes`]],
  },
];
