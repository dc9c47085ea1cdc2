import { configMap, deployment, long, paths, service, type Causes, type Refused } from './refused.ts';

const bad = (value: unknown, why: string): string => `Invalid value: ${JSON.stringify(value)}: ${why}`;
const subdomain = 'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters';

const ofService = (title: string, spec: Readonly<Record<string, unknown>>, ...causes: Causes): Refused => ({
  title,
  path: paths.services,
  body: service(spec),
  causes,
});
const two = (first: object, second: object) => ({
  ports: [
    { name: 'a', port: 80, ...first },
    { name: 'b', port: 81, ...second },
  ],
});

const serviceRefusals: readonly Refused[] = [
  ofService('two ports of one name', two({}, { name: 'a' }), ['spec.ports[1].name', 'Duplicate value: "a"']),
  ofService('one port twice', two({}, { port: 80 }), ['spec.ports[1]', 'Duplicate value: {']),
  ofService('several ports, one without a name', two({}, { name: '' }), [
    'spec.ports[1].name',
    'Required value',
  ]),
  ofService('no ports', { ports: [] }, ['spec.ports', 'Required value']),
  ofService('a port named A', { ports: [{ name: 'A', port: 80 }] }, [
    'spec.ports[0].name',
    bad('A', 'a lowercase RFC 1123 label must consist of'),
  ]),
  ofService('a port of 0', { ports: [{ port: 0, targetPort: 1 }] }, [
    'spec.ports[0].port',
    bad(0, 'must be between 1 and 65535, inclusive'),
  ]),
  ofService('a target port that no name can have', { ports: [{ port: 80, targetPort: 'a--b' }] }, [
    'spec.ports[0].targetPort',
    bad('a--b', 'must not contain consecutive hyphens'),
  ]),
  ofService('a protocol that does not exist', { ports: [{ port: 80, protocol: 'QUIC' }] }, [
    'spec.ports[0].protocol',
    'Unsupported value: "QUIC": supported values: "SCTP", "TCP", "UDP"',
  ]),
  ofService('a type that does not exist', { type: 'Magic' }, [
    'spec.type',
    'Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ]),
  ofService('a selector whose value is too long', { selector: { a: long(64) } }, [
    'spec.selector',
    bad(long(64), 'must be no more than 63 bytes'),
  ]),
  ofService('a node port of a ClusterIP', { ports: [{ port: 80, nodePort: 30_000 }] }, [
    'spec.ports[0].nodePort',
    "Forbidden: may not be used when `type` is 'ClusterIP'",
  ]),
  ofService('one node port twice', { type: 'NodePort', ...two({ nodePort: 30_001 }, { nodePort: 30_001 }) }, [
    'spec.ports[1].nodePort',
    bad(30_001, 'provided port is already allocated'),
  ]),
  ofService('an external name that is none', { type: 'ExternalName', externalName: '*' }, [
    'spec.externalName',
    bad('*', subdomain),
  ]),
  ofService('an address that is none', { clusterIP: 'x' }, [
    'spec.clusterIPs[0]',
    bad('x', 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
  ]),
];

const dataRefusals: readonly Refused[] = [
  ...['../x', 'a/b', '..', '', 'a b'].map((key): Refused => ({
    title: `a ConfigMap with the key ${JSON.stringify(key)}`,
    path: paths.configMaps,
    body: configMap({}, { data: { [key]: '' } }),
    causes:
      key === '..'
        ? [[`data[${key}]`, bad(key, "must not be '..'")]]
        : [
            [
              `data[${key}]`,
              bad(key, "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"),
            ],
            ...(key === '../x' ? [[`data[${key}]`, bad(key, "must not start with '..'")] as const] : []),
          ],
  })),
  {
    title: 'a ConfigMap with a key in both maps',
    path: paths.configMaps,
    body: configMap({}, { data: { a: '' }, binaryData: { a: '' } }),
    causes: [['data[a]', bad('a', 'duplicate of key present in binaryData')]],
  },
  {
    title: 'a Secret with the key ..a',
    path: paths.secrets,
    body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { '..a': '' } },
    causes: [['data[..a]', bad('..a', "must not start with '..'")]],
  },
  {
    title: 'a Secret of more than 1 MiB',
    path: paths.secrets,
    body: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      stringData: { a: long(1024 * 1024 + 1) },
    },
    causes: [['data', 'Too long: may not be more than 1048576 bytes']],
  },
];

const workloadRefusals: readonly Refused[] = [
  {
    title: 'a selector with an operator that does not exist',
    path: paths.deployments,
    body: deployment(
      {},
      {},
      { selector: { matchExpressions: [{ key: 'app', operator: 'Like', values: ['a'] }] } },
    ),
    causes: [
      ['spec.selector.matchExpressions[0].operator', bad('Like', 'not a valid selector operator')],
      ['spec.selector', 'invalid label selector'],
    ],
  },
  {
    title: 'a selector that does not match',
    path: paths.deployments,
    body: deployment(
      {},
      {},
      { selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a'] }] } },
    ),
    causes: [
      ['spec.template.metadata.labels', bad({ app: 'a' }, '`selector` does not match template `labels`')],
    ],
  },
  {
    title: 'a CronJob with a name of 53 characters',
    path: paths.cronJobs,
    body: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: long(53) },
      spec: {
        schedule: '* * * * *',
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'i:1' }] } } },
        },
      },
    },
    causes: [['metadata.name', bad(long(53), 'must be no more than 52 characters')]],
  },
];

const host = (name: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'i' },
  spec: {
    rules: [
      {
        host: name,
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
});

const ingressRefusals: readonly Refused[] = (
  [
    ['*', 'a wildcard DNS-1123 subdomain must start with'],
    ['a_b', subdomain],
    ['10.0.0.1', 'must be a DNS name, not an IP address'],
    ['*.*.example.com', 'a wildcard DNS-1123 subdomain must start with'],
  ] as const
).map(([name, why]) => ({
  title: `an Ingress for the host ${name}`,
  path: paths.ingresses,
  body: host(name),
  causes: [['spec.rules[0].host', bad(name, why)]],
}));

const definition = (
  title: string,
  spec: object,
  names: object,
  schema: object,
  ...causes: Causes
): Refused => ({
  title: `a CustomResourceDefinition with ${title}`,
  path: paths.definitions,
  body: {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', ...names },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      ...spec,
    },
  },
  causes,
});
const whole = { type: 'object' };
const label1035 = 'a DNS-1035 label must consist of lower case alphanumeric characters';

const definitionRefusals: readonly Refused[] = [
  definition('a short name that is none', {}, { shortNames: ['A'] }, whole, [
    'spec.names.shortNames[0]',
    bad('A', label1035),
  ]),
  definition('a kind that is none', {}, { kind: 'W_' }, whole, [
    'spec.names.kind',
    bad('W_', `may have mixed case, but should otherwise match: ${label1035}`),
  ]),
  ...['(', 'a(?=b)', '(a)\\1'].map((pattern) =>
    definition(
      `the pattern ${pattern}`,
      {},
      {},
      { type: 'object', properties: { a: { type: 'array', items: { type: 'string', pattern } } } },
      [
        'spec.validation.openAPIV3Schema.properties[a].items.pattern',
        bad(pattern, "must be a valid regular expression, but isn't"),
      ],
    ),
  ),
];

/** Services, data, workloads, Ingresses and definitions. */
export const otherRefusals: readonly Refused[] = [
  ...serviceRefusals,
  ...dataRefusals,
  ...workloadRefusals,
  ...ingressRefusals,
  ...definitionRefusals,
];
