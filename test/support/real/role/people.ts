import { randomUUID } from 'node:crypto';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { clientOf } from '../client-of.ts';
import type { RealKube } from '../cluster-access.ts';
import { writeTestKubeconfig } from '../control-plane.ts';

/** A person of a real API server, who logs in by a token of its file. */
export interface Person {
  readonly name: string;
  /** Its line of the token file. */
  readonly tokenLine: string;
  /** A client of this person; closed by `close`. */
  at(server: string): RealKube;
  kubeconfig(server: string): string;
}

export function person(name: string, groups: readonly string[] = []): Person {
  const token = randomUUID();
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return {
    name,
    tokenLine: [token, quoted(name), quoted(name), quoted(groups.join(','))].join(','),
    at: (url) => clientOf({ url, token }),
    kubeconfig: (url) => writeTestKubeconfig(url, { token }),
  };
}

/** A Role of one namespace and its binding to a user. */
export function roleOf(
  namespace: string,
  name: string,
  user: string,
  ...rules: readonly (readonly [resource: string, ...verbs: readonly string[]])[]
): readonly AnyKubeObject[] {
  const metadata = { namespace, name };
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata,
    rules: rules.map(([resource, ...verbs]) => ({
      apiGroups: ['flagger.app'],
      resources: [resource],
      verbs,
    })),
  };
  return [role, bindingOf(namespace, { kind: 'Role', name }, user)];
}

/** A RoleBinding in one namespace. */
export function bindingOf(
  namespace: string,
  role: { readonly kind: 'Role' | 'ClusterRole'; readonly name: string },
  user: string,
): AnyKubeObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { namespace, name: `${role.name}-${user.replaceAll(/[^a-z0-9]+/g, '-')}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  };
}
