import { randomUUID } from 'node:crypto';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { writeTestKubeconfig } from '../control-plane.ts';
import type { RealKube } from '../cluster-access.ts';

/** A service account, by a token that the API server knows from its file: nobody has to mint one. */
export interface RoleAccount {
  readonly user: string;
  /** Its line of the token file. */
  readonly tokenLine: string;
  kubeconfig(server: string): string;
}

export function roleAccount(namespace: string, name: string): RoleAccount {
  const token = randomUUID();
  const user = `system:serviceaccount:${namespace}:${name}`;
  const groups = `system:serviceaccounts,system:serviceaccounts:${namespace},system:authenticated`;
  return {
    user,
    tokenLine: `${token},${user},${user},"${groups}"`,
    kubeconfig: (server) => writeTestKubeconfig(server, { token }),
  };
}

const plurals: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  Role: 'roles',
  RoleBinding: 'rolebindings',
};

/** Creates roles and their bindings as an administrator. */
export async function createRoles({ request }: RealKube, objects: readonly AnyKubeObject[]): Promise<void> {
  for (const object of objects) {
    const path = rolesPath(object);
    const { status, text } = await request({ method: 'POST', path, body: JSON.stringify(object) });
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
  }
}

/** Replaces what a role grants, as an administrator. */
export async function replaceRole({ request }: RealKube, role: AnyKubeObject): Promise<void> {
  const path = `${rolesPath(role)}/${role.metadata.name}`;
  const { status, text } = await request({ method: 'PUT', path, body: JSON.stringify(role) });
  if (status !== 200) throw new Error(`PUT ${path}: ${status} ${text}`);
}

function rolesPath({ kind, metadata: { namespace } }: AnyKubeObject): string {
  const space = namespace === undefined ? '' : `namespaces/${namespace}/`;
  return `/apis/rbac.authorization.k8s.io/v1/${space}${plurals[kind] ?? ''}`;
}

/** A rule of one verb for one resource. */
export interface Grant {
  /** As `grantName` writes it. */
  readonly name: string;
  readonly rule: Readonly<Record<string, unknown>>;
}

/** Everything that a role grants, in single grants. */
export function grantsIn(role: AnyKubeObject): readonly Grant[] {
  const texts = (list: unknown): readonly string[] => asList(list).map((item) => asText(item) ?? '');
  return asList(role['rules'])
    .map(asRecord)
    .flatMap((rule) =>
      texts(rule['apiGroups']).flatMap((group) =>
        texts(rule['resources']).flatMap((resource) =>
          texts(rule['verbs']).map((verb) => ({
            name: grantName({ verb, group, resource }),
            rule: { ...rule, apiGroups: [group], resources: [resource], verbs: [verb] },
          })),
        ),
      ),
    );
}

/** Each `verb resource.group` that roles grant, sorted. */
export const grantsOf = (roles: readonly AnyKubeObject[]): readonly string[] =>
  [...new Set(roles.flatMap(grantsIn).map(({ name }) => name))].toSorted();

export const grantName = (grant: {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}): string => `${grant.verb} ${grant.resource}${grant.group === '' ? '' : `.${grant.group}`}`;
