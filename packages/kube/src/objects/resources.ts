import type { ResourceType } from './kube-object.ts';

/** A kind whose objects have a namespace. `group` is empty for the core group. */
export const namespaced = (group: string, version: string, plural: string, kind: string): ResourceType => ({
  group,
  version,
  plural,
  kind,
  namespaced: true,
});

const clusterScoped = (group: string, version: string, plural: string, kind: string): ResourceType => ({
  group,
  version,
  plural,
  kind,
  namespaced: false,
});

export const namespaces = clusterScoped('', 'v1', 'namespaces', 'Namespace');
export const services = namespaced('', 'v1', 'services', 'Service');
export const pods = namespaced('', 'v1', 'pods', 'Pod');
export const configMaps = namespaced('', 'v1', 'configmaps', 'ConfigMap');
export const secrets = namespaced('', 'v1', 'secrets', 'Secret');
export const events = namespaced('', 'v1', 'events', 'Event');
export const serviceAccounts = namespaced('', 'v1', 'serviceaccounts', 'ServiceAccount');
export const deployments = namespaced('apps', 'v1', 'deployments', 'Deployment');
export const replicaSets = namespaced('apps', 'v1', 'replicasets', 'ReplicaSet');
export const controllerRevisions = namespaced('apps', 'v1', 'controllerrevisions', 'ControllerRevision');
export const daemonSets = namespaced('apps', 'v1', 'daemonsets', 'DaemonSet');
export const horizontalPodAutoscalers = namespaced(
  'autoscaling',
  'v2',
  'horizontalpodautoscalers',
  'HorizontalPodAutoscaler',
);
/** A kind of KEDA, which need not be installed. */
export const scaledObjects = namespaced('keda.sh', 'v1alpha1', 'scaledobjects', 'ScaledObject');
export const endpointSlices = namespaced('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice');
export const leases = namespaced('coordination.k8s.io', 'v1', 'leases', 'Lease');
export const customResourceDefinitions = clusterScoped(
  'apiextensions.k8s.io',
  'v1',
  'customresourcedefinitions',
  'CustomResourceDefinition',
);
/** Kubernetes has them since 1.30. */
export const validatingAdmissionPolicies = clusterScoped(
  'admissionregistration.k8s.io',
  'v1',
  'validatingadmissionpolicies',
  'ValidatingAdmissionPolicy',
);
export const validatingAdmissionPolicyBindings = clusterScoped(
  'admissionregistration.k8s.io',
  'v1',
  'validatingadmissionpolicybindings',
  'ValidatingAdmissionPolicyBinding',
);
export const selfSubjectReviews = clusterScoped(
  'authentication.k8s.io',
  'v1',
  'selfsubjectreviews',
  'SelfSubjectReview',
);
export const selfSubjectAccessReviews = clusterScoped(
  'authorization.k8s.io',
  'v1',
  'selfsubjectaccessreviews',
  'SelfSubjectAccessReview',
);
export const tokenReviews = clusterScoped('authentication.k8s.io', 'v1', 'tokenreviews', 'TokenReview');
export const gateways = namespaced('gateway.networking.k8s.io', 'v1', 'gateways', 'Gateway');
export const httpRoutes = namespaced('gateway.networking.k8s.io', 'v1', 'httproutes', 'HTTPRoute');
export const httpRoutesV1beta1 = namespaced(
  'gateway.networking.k8s.io',
  'v1beta1',
  'httproutes',
  'HTTPRoute',
);

/** The `apiVersion` of a kind's objects: `v1` for the core group, otherwise such as `apps/v1`. */
export function apiVersionOf(resource: ResourceType): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}
