import type { Workload } from '../ports/workload.ts';
import { daemonSet } from './daemon-set.ts';
import { deployment } from './deployment.ts';
import { service } from './service.ts';

export const workloads: readonly Workload[] = [deployment, daemonSet, service];

/** Finds a workload by its exact `spec.targetRef.kind`. Undefined: Sluice cannot run this kind. */
export function findWorkload(kind: string): Workload | undefined {
  return workloads.find((workload) => workload.kind === kind);
}
