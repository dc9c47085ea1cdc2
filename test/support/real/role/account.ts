import { randomUUID } from 'node:crypto';
import type { AnyKubeObject } from '../../../../src/api/kube-object.ts';
import { asList, asRecord, asText } from '../../../../src/lib/json-read.ts';
import { writeTestKubeconfig } from '../control-plane.ts';
import type { RealKube } from '../real-kube.ts';

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
    const { namespace } = object.metadata;
    const space = namespace === undefined ? '' : `namespaces/${namespace}/`;
    const path = `/apis/rbac.authorization.k8s.io/v1/${space}${plurals[object.kind] ?? ''}`;
    const { status, text } = await request({ method: 'POST', path, body: JSON.stringify(object) });
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
  }
}

/** Each `verb resource.group` that roles grant, sorted. */
export function grantsOf(roles: readonly AnyKubeObject[]): readonly string[] {
  const rules = roles.flatMap((role) => asList(role['rules']).map(asRecord));
  const texts = (list: unknown): readonly string[] => asList(list).map((item) => asText(item) ?? '');
  const all = rules.flatMap((rule) =>
    texts(rule['apiGroups']).flatMap((group) =>
      texts(rule['resources']).flatMap((resource) =>
        texts(rule['verbs']).map((verb) => grantName({ verb, group, resource })),
      ),
    ),
  );
  return [...new Set(all)].toSorted();
}

export const grantName = (grant: {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}): string => `${grant.verb} ${grant.resource}${grant.group === '' ? '' : `.${grant.group}`}`;
