import type { Target } from '../target.ts';
import { ageColumn, nameColumn, type Column } from './column.ts';
import * as core from './core-columns.ts';
import { customColumns } from './custom-columns.ts';
import * as other from './other-columns.ts';
import { podColumns } from './pod-columns.ts';
import * as workload from './workload-columns.ts';

const builtIn: Readonly<Record<string, readonly Column[]>> = {
  configmaps: core.configMapColumns,
  endpoints: core.endpointsColumns,
  endpointslices: core.endpointSliceColumns,
  events: core.eventColumns,
  namespaces: core.namespaceColumns,
  nodes: core.nodeColumns,
  secrets: core.secretColumns,
  serviceaccounts: core.serviceAccountColumns,
  services: core.serviceColumns,
  pods: podColumns,
  daemonsets: workload.daemonSetColumns,
  deployments: workload.deploymentColumns,
  horizontalpodautoscalers: workload.autoscalerColumns,
  jobs: workload.jobColumns,
  replicasets: workload.replicaSetColumns,
  statefulsets: workload.statefulSetColumns,
  clusterrolebindings: other.roleBindingColumns,
  clusterroles: other.roleColumns,
  customresourcedefinitions: other.definitionColumns,
  gatewayclasses: other.gatewayClassColumns,
  gateways: other.gatewayColumns,
  httproutes: other.httpRouteColumns,
  ingresses: other.ingressColumns,
  leases: other.leaseColumns,
  persistentvolumeclaims: other.claimColumns,
  poddisruptionbudgets: other.disruptionBudgetColumns,
  rolebindings: other.roleBindingColumns,
  roles: other.roleColumns,
};

/** The columns the real server has for this kind. */
export function columnsOf(target: Target): readonly Column[] {
  if (target.subresource === 'scale') return other.scaleColumns;
  const version = target.kind.custom?.get(target.resource.version);
  if (version !== undefined) return customColumns(version.columns);
  return builtIn[target.resource.plural] ?? [nameColumn, ageColumn];
}
