import type { ScalePaths, ServedKind } from './served-kind.ts';

interface Traits {
  readonly short?: string;
  readonly all?: true;
  readonly status?: true;
  readonly generation?: true;
  readonly scale?: ScalePaths;
  readonly cluster?: true;
  readonly singular?: string;
  readonly categories?: readonly string[];
}

const replicas: ScalePaths = {
  specReplicas: '.spec.replicas',
  statusReplicas: '.status.replicas',
  selector: '.status.selector',
};
const workload = { all: true, status: true, generation: true } as const;
const gatewayApi = { status: true, generation: true, categories: ['gateway-api'] } as const;

type Row = readonly [plural: string, kind: string, traits?: Traits];
type GroupRows = readonly [group: string, versions: readonly string[], rows: readonly Row[]];

/** The kinds this API server knows without a CustomResourceDefinition, in the order discovery lists them. */
const groups: readonly GroupRows[] = [
  [
    '',
    ['v1'],
    [
      ['configmaps', 'ConfigMap', { short: 'cm' }],
      ['endpoints', 'Endpoints', { short: 'ep', singular: 'endpoints' }],
      ['events', 'Event', { short: 'ev' }],
      ['namespaces', 'Namespace', { short: 'ns', status: true, cluster: true }],
      ['nodes', 'Node', { short: 'no', status: true, cluster: true }],
      ['persistentvolumeclaims', 'PersistentVolumeClaim', { short: 'pvc', status: true }],
      ['pods', 'Pod', { short: 'po', all: true, status: true, generation: true }],
      ['secrets', 'Secret'],
      ['serviceaccounts', 'ServiceAccount', { short: 'sa' }],
      ['services', 'Service', { short: 'svc', all: true, status: true }],
    ],
  ],
  [
    'apps',
    ['v1'],
    [
      ['controllerrevisions', 'ControllerRevision'],
      ['daemonsets', 'DaemonSet', { short: 'ds', ...workload }],
      ['deployments', 'Deployment', { short: 'deploy', ...workload, scale: replicas }],
      ['replicasets', 'ReplicaSet', { short: 'rs', ...workload, scale: replicas }],
      ['statefulsets', 'StatefulSet', { short: 'sts', ...workload, scale: replicas }],
    ],
  ],
  [
    'autoscaling',
    ['v2'],
    [['horizontalpodautoscalers', 'HorizontalPodAutoscaler', { short: 'hpa', all: true, status: true }]],
  ],
  [
    'batch',
    ['v1'],
    [
      ['cronjobs', 'CronJob', { short: 'cj', ...workload }],
      ['jobs', 'Job', { ...workload }],
    ],
  ],
  ['coordination.k8s.io', ['v1'], [['leases', 'Lease']]],
  ['discovery.k8s.io', ['v1'], [['endpointslices', 'EndpointSlice', { generation: true }]]],
  [
    'networking.k8s.io',
    ['v1'],
    [
      ['ingressclasses', 'IngressClass', { cluster: true, generation: true, singular: 'ingressclass' }],
      ['ingresses', 'Ingress', { short: 'ing', status: true, generation: true, singular: 'ingress' }],
      ['networkpolicies', 'NetworkPolicy', { short: 'netpol', generation: true, singular: 'networkpolicy' }],
    ],
  ],
  [
    'policy',
    ['v1'],
    [['poddisruptionbudgets', 'PodDisruptionBudget', { short: 'pdb', status: true, generation: true }]],
  ],
  [
    'rbac.authorization.k8s.io',
    ['v1'],
    [
      ['clusterrolebindings', 'ClusterRoleBinding', { cluster: true }],
      ['clusterroles', 'ClusterRole', { cluster: true }],
      ['rolebindings', 'RoleBinding'],
      ['roles', 'Role'],
    ],
  ],
  [
    'apiextensions.k8s.io',
    ['v1'],
    [
      [
        'customresourcedefinitions',
        'CustomResourceDefinition',
        { short: 'crd,crds', status: true, generation: true, cluster: true, categories: ['api-extensions'] },
      ],
    ],
  ],
  [
    'gateway.networking.k8s.io',
    ['v1', 'v1beta1'],
    [
      [
        'gatewayclasses',
        'GatewayClass',
        { short: 'gc', singular: 'gatewayclass', cluster: true, ...gatewayApi },
      ],
      ['gateways', 'Gateway', { short: 'gtw', ...gatewayApi }],
      ['httproutes', 'HTTPRoute', { ...gatewayApi }],
    ],
  ],
];

export const builtInKinds: readonly ServedKind[] = groups.flatMap(([group, versions, rows]) =>
  rows.map((row) => servedKind(group, versions, row)),
);

function servedKind(
  group: string,
  versions: readonly string[],
  [plural, kind, traits = {}]: Row,
): ServedKind {
  return {
    resource: { group, version: versions[0] ?? 'v1', plural, kind, namespaced: traits.cluster !== true },
    versions,
    singular: traits.singular ?? plural.replace(/s$/, ''),
    shortNames: traits.short?.split(',') ?? [],
    categories: traits.categories ?? (traits.all === true ? ['all'] : []),
    status: traits.status === true,
    generation: traits.generation === true,
    ...(traits.scale === undefined ? {} : { scale: traits.scale }),
  };
}
