import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { within } from '../../../contracts/kube-client/contract-space.ts';
import type { RealCluster } from '../real-cluster.ts';

const rbac = (plural: string, kind: string): ResourceType => ({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  plural,
  kind,
  namespaced: true,
});

/** What a controller may need within a namespace. */
const everything =
  'canaries canaries/status canaries/finalizers metrictemplates deployments daemonsets controllerrevisions pods horizontalpodautoscalers scaledobjects services endpointslices gateways httproutes events configmaps secrets leases'.split(
    ' ',
  );

/** In one namespace, to one user. */
export const grantAllBut = (cluster: RealCluster, namespace: string, user: string, resource: string) =>
  grant(cluster, {
    namespace,
    user,
    name: 'most',
    resources: everything.filter((name) => name !== resource),
  });

export const grantRoutes = (cluster: RealCluster, namespace: string, user: string): Promise<void> =>
  grant(cluster, { namespace, user, name: 'routes', resources: ['httproutes'] });

interface Grant {
  readonly namespace: string;
  readonly user: string;
  readonly name: string;
  readonly resources: readonly string[];
}

async function grant({ kube }: RealCluster, { namespace, user, name, resources }: Grant): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  const metadata = { namespace, name };
  const apiVersion = `${apiGroup}/v1`;
  const rules = [{ apiGroups: ['*'], resources, verbs: ['*'] }];
  const role = { apiVersion, kind: 'Role', metadata, rules };
  const subjects = [{ kind: 'User', apiGroup, name: user }];
  const roleRef = { kind: 'Role', apiGroup, name };
  const binding = { apiVersion, kind: 'RoleBinding', metadata, subjects, roleRef };
  await kube.client.create(rbac('roles', 'Role'), role, within());
  await kube.client.create(rbac('rolebindings', 'RoleBinding'), binding, within());
}
