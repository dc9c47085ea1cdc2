import type { Canary } from '@sluice/sluice/api/canary.ts';
import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import {
  configMaps,
  controllerRevisions,
  customResourceDefinitions,
  endpointSlices,
  events,
  leases,
  pods,
  secrets,
  services,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '@sluice/kube/objects/resources.ts';
import { canaries, metricTemplates } from '@sluice/sluice/api/resources.ts';
import { policyName } from '../decision-policy/render-policy.ts';
import { routers } from '@sluice/sluice/routers/index.ts';
import { scalers } from '@sluice/sluice/scalers/index.ts';
import { workloads } from '@sluice/sluice/workloads/index.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** Where a permission is needed: at the cluster itself, where the Canaries are, or where the Lease stands. */
export type PermissionScope = 'cluster' | 'work' | 'lease';

export interface Permission {
  readonly resource: ResourceType;
  readonly subresource?: string;
  readonly verbs: readonly Verb[];
  readonly scope: PermissionScope;
  /** Only objects of these names. */
  readonly names?: readonly string[];
  /** Needed only with (or, `false`, without) `-enable-config-tracking`. */
  readonly configTracking?: boolean;
  /** Not needed with `-metrics-secrets=none`. */
  readonly metricsSecrets?: true;
  /** Needed only with `-decision-policy`, whose value is the name of the objects. */
  readonly decisionPolicy?: true;
  readonly why: string;
}

const watched = ['list', 'watch'] as const satisfies readonly Verb[];
const written = [...watched, 'create', 'patch'] as const satisfies readonly Verb[];

const work = (
  resource: ResourceType,
  verbs: readonly Verb[],
  why: string,
  more: Partial<Permission> = {},
): Permission => ({ resource, verbs, why, scope: 'work', ...more });

/** A Canary that names all that a router may be led to read. */
const example = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'example', namespace: 'example' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'example' },
    service: { port: 80, gatewayRefs: [{ name: 'gateway' }] },
    analysis: { interval: '1m', threshold: 1, stepWeight: 10 },
  },
} as const satisfies Canary;

const routes = routers.flatMap((router) =>
  router.objects(example).map(({ resource, access }) => ({
    resource,
    access,
    why: `provider ${router.names.map((name) => `\`${name}\``).join(', ')}`,
  })),
);
const ownRoutes = routes.filter(({ access }) => access !== 'read');
const tracking = { configTracking: true };
const lease = (verbs: readonly Verb[], names?: readonly string[]): Permission => ({
  resource: leases,
  verbs,
  ...(names === undefined ? {} : { names }),
  scope: 'lease',
  why: 'one of several controllers acts',
});

/** The admission plugin OwnerReferencesPermissionEnforcement asks: to own, and to take an owner off, one must be allowed more. */
const whereChecked = 'where owner references are checked, as on OpenShift';

/**
 * What the controller asks the API server for. A kind of target, autoscaler or route comes by itself, by the index of its folder.
 * test/kube/permissions.test.ts holds this list against what a real API server was asked: nothing is missing, nothing is spare.
 */
export const permissions: readonly Permission[] = [
  work(canaries, ['get', ...watched], 'reading Canaries'),
  work(canaries, ['patch'], 'the finalizer of `revertOnDeletion`'),
  work(canaries, ['patch'], 'writing status', { subresource: 'status' }),
  work(canaries, ['update'], `owning what is made for a Canary, ${whereChecked}`, {
    subresource: 'finalizers',
  }),
  work(metricTemplates, watched, 'metrics of Canaries'),
  ...workloads.map(({ resource }) => work(resource, written, 'targets and their primaries')),
  ...scalers.map(({ resource }) => work(resource, [...written, 'delete'], '`autoscalerRef`')),
  work(services, written, 'apex, primary and canary services'),
  work(endpointSlices, watched, 'no traffic to a side without ready endpoints'),
  // One is read right before the pods of a canary are stopped.
  ...ownRoutes.map(({ resource, why }) => work(resource, ['get', ...written], why)),
  ...routes
    .filter(({ access }) => access === 'read')
    .map(({ resource, why }) => work(resource, watched, `whether what routes refer to is there, ${why}`)),
  work(pods, ['list'], 'why a workload does not become ready'),
  work(controllerRevisions, ['create', 'get', 'delete'], 'what a primary ran before its last promotion'),
  ...leftBehind([
    ...workloads.map(({ resource }) => resource),
    services,
    ...ownRoutes.map(({ resource }) => resource),
  ]),
  work(events, ['create'], 'events of Canaries'),
  work(configMaps, ['get', ...written, 'delete'], 'what targets read, and copies of it', tracking),
  work(configMaps, watched, 'freezes (not with `-freezes=false`)'),
  work(secrets, ['get', ...written, 'delete'], 'the same; credentials of MetricTemplates', tracking),
  work(secrets, ['get'], 'credentials of MetricTemplates (not with `-metrics-secrets=none`)', {
    configTracking: false,
    metricsSecrets: true,
  }),
  lease(['create']),
  lease(['get', 'patch'], ['flagger-leader-election']),
  {
    resource: customResourceDefinitions,
    verbs: ['get'],
    names: ['canaries.flagger.app'],
    scope: 'cluster',
    why: 'whether the definitions keep our status (without it that check is left out)',
  },
  ...[validatingAdmissionPolicies, validatingAdmissionPolicyBindings].map((resource): Permission => ({
    resource,
    verbs: ['get'],
    names: [policyName],
    scope: 'cluster',
    decisionPolicy: true,
    why: 'whether names of decisions are compared with users (without it they are claimed)',
  })),
];

function leftBehind(resources: readonly ResourceType[]): readonly Permission[] {
  const once = new Map(resources.map((resource) => [`${resource.group}/${resource.plural}`, resource]));
  const why = `what the Canary names no longer goes; leaving the rest behind when a Canary goes (\`revertOnDeletion\`), ${whereChecked}`;
  return [...once.values()].map((resource) => work(resource, ['delete'], why));
}
