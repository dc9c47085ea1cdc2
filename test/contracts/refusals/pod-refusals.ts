import { container, deployment, long, paths, type Causes, type Refused } from './refused.ts';

const pod = 'spec.template.spec';
const label = 'a lowercase RFC 1123 label must consist of lower case alphanumeric characters';
const bad = (value: unknown, why: string): string => `Invalid value: ${JSON.stringify(value)}: ${why}`;

/** A pod template, because pods themselves need a service account first. */
const of = (title: string, spec: Readonly<Record<string, unknown>>, ...causes: Causes): Refused => ({
  title,
  path: paths.deployments,
  body: deployment(spec),
  causes: causes.map(([field, message]) => [`${pod}.${field}`, message]),
});
const inContainer = (title: string, more: Readonly<Record<string, unknown>>, ...causes: Causes): Refused =>
  of(
    title,
    { containers: [container(more)] },
    ...causes.map(([field, message]) => [`containers[0].${field}`, message] as const),
  );
const inVolume = (title: string, more: Readonly<Record<string, unknown>>, ...causes: Causes): Refused =>
  of(
    title,
    { volumes: [{ name: 'v', ...more }] },
    ...causes.map(([field, message]) => [`volumes[0].${field}`, message] as const),
  );
const mounted = (title: string, mount: Readonly<Record<string, unknown>>, ...causes: Causes): Refused =>
  of(
    title,
    {
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [container({ volumeMounts: [{ name: 'v', mountPath: '/v', ...mount }] })],
    },
    ...causes.map(([field, message]) => [`containers[0].volumeMounts${field}`, message] as const),
  );

const item = (path: string) => [{ key: 'k', path }];

const containerNames: readonly Refused[] = ['../../x', 'A', 'a_b', '/etc/passwd', '.', '-a', 'a\n'].map(
  (name) => inContainer(`a container named ${JSON.stringify(name)}`, { name }, ['name', bad(name, label)]),
);

const volumeNames: readonly Refused[] = ['../../x', 'A', 'a_b', '/tmp', '..'].map((name) =>
  inVolume(`a volume named ${JSON.stringify(name)}`, { name, emptyDir: {} }, ['name', bad(name, label)]),
);

/** Names that become files: items of every kind of volume. */
const itemPaths: readonly Refused[] = (
  [
    ['configMap.items[0].path', (path: string) => ({ configMap: { name: 'c', items: item(path) } })],
    ['secret.items[0].path', (path: string) => ({ secret: { secretName: 's', items: item(path) } })],
    [
      'projected.sources[0].configMap.items[0].path',
      (path: string) => ({ projected: { sources: [{ configMap: { name: 'c', items: item(path) } }] } }),
    ],
    [
      'projected.sources[0].secret.items[0].path',
      (path: string) => ({ projected: { sources: [{ secret: { name: 's', items: item(path) } }] } }),
    ],
    [
      'downwardAPI.path',
      (path: string) => ({ downwardAPI: { items: [{ path, fieldRef: { fieldPath: 'metadata.name' } }] } }),
    ],
    [
      'projected.sources[0].downwardAPI.path',
      (path: string) => ({
        projected: {
          sources: [{ downwardAPI: { items: [{ path, fieldRef: { fieldPath: 'metadata.name' } }] } }],
        },
      }),
    ],
  ] as const
).flatMap(([field, volume]) => [
  inVolume(`${field} that leads out`, volume('a/../../b'), [
    field,
    bad('a/../../b', "must not contain '..'"),
  ]),
  inVolume(`${field} that is absolute`, volume('/etc/passwd'), [
    field,
    bad('/etc/passwd', 'must be a relative path'),
  ]),
  inVolume(`${field} of the kubelet's own`, volume('..data'), [
    field,
    bad('..data', "must not start with '..'"),
  ]),
]);

const ports = (...names: readonly string[]) =>
  names.map((name, index) => ({ name, containerPort: 8080 + index }));

const template = {
  metadata: { labels: { app: 'a' } },
  spec: { restartPolicy: 'Always', containers: [container({ name: '../x' })] },
};
const once = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } };
const selected = { selector: { matchLabels: { app: 'a' } }, template };

/** Every kind that pods are made from. */
const kinds: readonly Refused[] = (
  [
    ['/apis/apps/v1', 'ReplicaSet', selected, 'spec.template'],
    ['/apis/apps/v1', 'DaemonSet', selected, 'spec.template'],
    ['/apis/apps/v1', 'StatefulSet', { ...selected, serviceName: 's' }, 'spec.template'],
    ['/apis/batch/v1', 'Job', { template: once }, 'spec.template'],
    [
      '/apis/batch/v1',
      'CronJob',
      { schedule: '* * * * *', jobTemplate: { spec: { template: once } } },
      'spec.jobTemplate.spec.template',
    ],
  ] as const
).map(([api, kind, spec, at]) => ({
  title: `a ${kind} whose container is named ../x`,
  path: `${api}/namespaces/default/${kind.toLowerCase()}s`,
  body: { apiVersion: api.replace('/apis/', ''), kind, metadata: { name: 'w' }, spec },
  causes: [[`${at}.spec.containers[0].name`, bad('../x', label)]],
}));

/** Names and paths within a pod. */
export const podRefusals: readonly Refused[] = [
  ...kinds,
  ...containerNames,
  inContainer('a container with a long name', { name: long(64) }, [
    'name',
    bad(long(64), 'must be no more than 63 characters'),
  ]),
  inContainer('a container whose name has dots', { name: 'a.b' }, [
    'name',
    bad('a.b', 'must not contain dots'),
  ]),
  of('an init container named ../x', { initContainers: [container({ name: '../x' })] }, [
    'initContainers[0].name',
    bad('../x', label),
  ]),
  of('an init container named as a container', { initContainers: [container()] }, [
    'initContainers[0].name',
    'Duplicate value: "main"',
  ]),
  of('two containers of one name', { containers: [container(), container()] }, [
    'containers[1].name',
    'Duplicate value: "main"',
  ]),
  inContainer('a container without a name', { name: '' }, ['name', 'Required value']),
  inContainer('a container without an image', { image: '' }, ['image', 'Required value']),
  of('no containers', { containers: [] }, ['containers', 'Required value']),
  ...volumeNames,
  of(
    'two volumes of one name',
    {
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'v', emptyDir: {} },
      ],
    },
    ['volumes[1].name', 'Duplicate value: "v"'],
  ),
  ...itemPaths,
  inVolume('a hostPath with ..', { hostPath: { path: '/a/../b' } }, [
    'hostPath.path',
    bad('/a/../b', "must not contain '..'"),
  ]),
  inVolume('a secret volume without a Secret', { secret: {} }, ['secret.secretName', 'Required value']),
  inVolume('a configMap volume without a ConfigMap', { configMap: {} }, ['configMap.name', 'Required value']),
  mounted('a subPath that leads out', { subPath: '../x' }, [
    '.subPath',
    bad('../x', "must not contain '..'"),
  ]),
  mounted('a subPath that is absolute', { subPath: '/x' }, [
    '.subPath',
    bad('/x', 'must be a relative path'),
  ]),
  mounted('a subPathExpr that leads out', { subPathExpr: 'a/../b' }, [
    '.subPathExpr',
    bad('a/../b', "must not contain '..'"),
  ]),
  mounted('a mount without a path', { mountPath: '' }, ['[0].mountPath', 'Required value']),
  mounted('a mount of no volume', { name: 'w' }, ['[0].name', 'Not found: "w"']),
  inContainer('two ports of one name', { ports: ports('http', 'http') }, [
    'ports[1].name',
    'Duplicate value: "http"',
  ]),
  ...(
    [
      [long(16), 'must be no more than 15 characters'],
      ['HTTP', 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'],
      ['80', 'must contain at least one letter (a-z)'],
      ['a--b', 'must not contain consecutive hyphens'],
      ['-a', 'must not begin or end with a hyphen'],
    ] as const
  ).map(([name, why]) =>
    inContainer(
      `a port named ${name}`,
      { ports: ports(name) },
      ['ports[0].name', bad(name, why)],
      ...(name === 'HTTP'
        ? [['ports[0].name', bad(name, 'must contain at least one letter (a-z)')] as const]
        : []),
    ),
  ),
  inContainer('a port of 0', { ports: [{ containerPort: 0 }] }, ['ports[0].containerPort', 'Required value']),
  inContainer('a port of 70000', { ports: [{ containerPort: 70_000 }] }, [
    'ports[0].containerPort',
    bad(70_000, 'must be between 1 and 65535, inclusive'),
  ]),
  inContainer('a protocol that does not exist', { ports: [{ containerPort: 1, protocol: 'QUIC' }] }, [
    'ports[0].protocol',
    'Unsupported value: "QUIC": supported values: "SCTP", "TCP", "UDP"',
  ]),
  inContainer('a variable without a name', { env: [{ name: '' }] }, ['env[0].name', 'Required value']),
  inContainer('a variable named a=b', { env: [{ name: 'a=b' }] }, [
    'env[0].name',
    bad(
      'a=b',
      "a valid environment variable name must consist only of printable ASCII characters other than '='",
    ),
  ]),
  inContainer('a prefix of variables with =', { envFrom: [{ prefix: '=', secretRef: { name: 's' } }] }, [
    'envFrom[0].prefix',
    bad(
      '=',
      "a valid environment variable name must consist only of printable ASCII characters other than '='",
    ),
  ]),
  inContainer(
    'a key of a ConfigMap that leads out',
    { env: [{ name: 'a', valueFrom: { configMapKeyRef: { name: 'c', key: '..' } } }] },
    ['env[0].valueFrom.configMapKeyRef.key', bad('..', "must not be '..'")],
  ),
  inContainer('a probe of a port that no name can have', { readinessProbe: { httpGet: { port: 'a_b' } } }, [
    'readinessProbe.httpGet.port',
    bad('a_b', 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'),
  ]),
  of('a host name that is no label', { hostname: 'a.b' }, ['hostname', bad('a.b', 'must not contain dots')]),
  of('a subdomain that is no label', { subdomain: '*' }, ['subdomain', bad('*', label)]),
  of('a label of a node that is too long', { nodeSelector: { a: long(64) } }, [
    'nodeSelector',
    bad(long(64), 'must be no more than 63 bytes'),
  ]),
];
