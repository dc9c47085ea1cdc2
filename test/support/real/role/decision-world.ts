import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import {
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { decisionAnnotations } from '@sluice/sluice/rules/objects/object-keys.ts';
import { readDecisionRequest } from '@sluice/sluice/rules/people/decision-request.ts';
import type { DecisionRequest } from '@sluice/sluice/rules/people/decision-request.ts';
import { within } from '../../../contracts/kube-client/contract-space.ts';
import { scenarioCanary } from '../../scenario/objects.ts';
import type { RawAnswer, RealKube } from '../cluster-access.ts';
import { readManifests } from '../install-definitions.ts';
import type { KubeApiServerBinaries } from '../kube-apiserver.ts';
import { startRealCluster } from '../real-cluster.ts';
import type { RealCluster } from '../real-cluster.ts';
import { until } from '../until.ts';
import { createRoles } from './account.ts';
import { bindingOf, person, roleOf } from './people.ts';

export const namespace = 'test';

export const people = {
  /** Holds `sluice-approver`. */
  ann: person('ann@example.com', ['team-a']),
  /** Holds `sluice-operator`. */
  olga: person('olga', ['team-a']),
  /** May create and change Canaries, and no more. */
  dev: person('dev', ['team-b', 'team-a\u200badmins']),
  /** As `dev`, and may write the status: what is in Git, and what a controller does. */
  flux: person('system:serviceaccount:flux-system:kustomize-controller'),
  /** May patch Canaries, and approve the one that its permission names. */
  one: person('one'),
  /** May impersonate, as the console does. */
  console: person('console'),
  /** Holds `sluice-approver`; its name is longer than the controller reads. */
  long: person('x'.repeat(254)),
} as const;
export type Name = keyof typeof people;
export const ann = people.ann.name;

/** Parts of a decision; null removes the annotation. */
export type Parts = Partial<Record<keyof typeof decisionAnnotations, string | null>>;

export const none = {
  verb: null,
  for: null,
  by: null,
  groups: null,
  via: null,
  reason: null,
  until: null,
} as const satisfies Parts;
/** A decision of ann. */
export const pending = {
  verb: 'approve',
  for: 'g-1',
  by: ann,
  groups: 'team-a',
  reason: 'looks good',
} as const satisfies Parts;

export const keysOf = (parts: Parts): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    Object.entries(parts).map(([key, value]) => [
      decisionAnnotations[key as keyof typeof decisionAnnotations],
      value,
    ]),
  );

export const pathOf = (name = ''): string =>
  `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries/${name}`;

export const canaryOf = (
  name: string,
  annotations: Readonly<Record<string, string | null>> = {},
): AnyKubeObject =>
  // A null is what the API server reads as no value.
  ({ ...scenarioCanary({}), metadata: { name, namespace, annotations } }) as AnyKubeObject;

export const policyObjects = readManifests('deploy/kustomize/decision-policy.yaml');

/** A real control plane under the decision policy of deploy/kustomize, with people. */
export interface DecisionWorld {
  readonly cluster: RealCluster;
  as(who: Name): RealKube;
  /** Default headers: JSON, or a merge patch. */
  send(
    who: Name,
    method: 'PATCH' | 'POST' | 'PUT',
    path: string,
    body: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<RawAnswer>;
  /** Writes parts of a decision by a merge patch. */
  decide(
    who: Name,
    name: string,
    parts: Parts,
    headers?: Readonly<Record<string, string>>,
  ): Promise<RawAnswer>;
  /** A name that no Canary has yet. */
  newName(): string;
  /** A new Canary; `pending`: with the decision of ann. */
  fresh(over?: 'nothing' | 'pending'): Promise<string>;
  read(name: string): Promise<DecisionRequest | undefined>;
  close(): Promise<void>;
}

/** Resolves once the policy is in force and the roles are known, which is some milliseconds after they were made. */
export async function startDecisionWorld(binaries: KubeApiServerBinaries): Promise<DecisionWorld> {
  const cluster = await startRealCluster(binaries, {
    tokens: Object.values(people).map(({ tokenLine }) => tokenLine),
    controllers: ['clusterrole-aggregation-controller', 'validatingadmissionpolicy-status-controller'],
  });
  const world = worldOf(cluster);
  try {
    await createRoles(cluster.kube, roles());
    for (const object of policyObjects) {
      const resources = [validatingAdmissionPolicies, validatingAdmissionPolicyBindings];
      const resource = resources.find(({ kind }) => kind === object.kind);
      if (resource === undefined) throw new Error(`no resource of kind ${object.kind}`);
      await cluster.kube.client.create(resource, object, within());
    }
    const name = await world.fresh();
    // What changes nothing passes: each try has to say something new.
    let tries = 0;
    const half = async (): Promise<boolean> =>
      (await world.decide('dev', name, { reason: `try ${(tries += 1)}` })).status === 422;
    await until('the policy is in force', half, { timeoutMs: 20_000 });
    const ready = async (): Promise<boolean> =>
      (await world.decide('ann', name, { ...none, ...pending })).status === 200;
    await until('the roles are in force', ready, { timeoutMs: 20_000 });
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

function worldOf(cluster: RealCluster): DecisionWorld {
  const clients = new Map<Name, RealKube>();
  let made = 0;
  const as = (who: Name): RealKube => {
    const client = clients.get(who) ?? people[who].at(cluster.plane.url);
    clients.set(who, client);
    return client;
  };
  const send: DecisionWorld['send'] = (who, method, path, body, headers = {}) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return as(who).request({
      method,
      path,
      headers: { 'content-type': type, ...headers },
      body: JSON.stringify(body),
    });
  };
  const decide: DecisionWorld['decide'] = (who, name, parts, headers) =>
    send(who, 'PATCH', pathOf(name), { metadata: { annotations: keysOf(parts) } }, headers);
  const newName = (): string => `podinfo-${(made += 1)}`;
  return {
    cluster,
    as,
    send,
    decide,
    newName,
    async fresh(over = 'nothing') {
      const name = newName();
      await cluster.kube.client.create(canaries, canaryOf(name), within());
      if (over === 'pending') {
        const { status, text } = await decide('ann', name, pending);
        if (status !== 200) throw new Error(`the decision of ann: ${status} ${text}`);
      }
      return name;
    },
    async read(name) {
      const found = await cluster.get(canaries, { namespace, name });
      return readDecisionRequest(found?.metadata.annotations);
    },
    async close() {
      for (const client of clients.values()) await client.close();
      await cluster.close();
    },
  };
}

function roles(): readonly AnyKubeObject[] {
  const writes = ['canaries', 'get', 'list', 'watch', 'create', 'update', 'patch'] as const;
  const impersonator = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'impersonator' },
    rules: [{ apiGroups: [''], resources: ['users', 'groups'], verbs: ['impersonate'] }],
  };
  const ofCluster = { kind: 'ClusterRole', name: 'impersonator' } as const;
  // Roles of people let nobody create: the rules are tried at a CREATE, too.
  const creators = (['ann', 'olga', 'long'] as const).flatMap((who) =>
    roleOf(namespace, `create-${who}`, people[who].name, ['canaries', 'create']),
  );
  return [
    ...readManifests('deploy/kustomize/user-roles.yaml'),
    bindingOf(namespace, { kind: 'ClusterRole', name: 'sluice-approver' }, ann),
    bindingOf(namespace, { kind: 'ClusterRole', name: 'sluice-approver' }, people.long.name),
    bindingOf(namespace, { kind: 'ClusterRole', name: 'sluice-operator' }, 'olga'),
    ...creators,
    ...roleOf(namespace, 'dev', 'dev', writes),
    ...roleOf(namespace, 'flux', people.flux.name, writes, ['canaries/status', 'patch']),
    ...roleOf(namespace, 'one', 'one', ['canaries', 'get', 'patch']),
    impersonator,
    {
      ...bindingOf(namespace, ofCluster, 'console'),
      kind: 'ClusterRoleBinding',
      metadata: { name: 'console' },
    },
  ];
}
