import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { kindKey } from '../kind-registry.ts';
import { objectAt, type JsonObject } from '../json.ts';
import type { ServiceNumbers } from '../service-numbers.ts';
import type { StatusCause } from '../status-error.ts';
import { dataCauses } from './data-rules.ts';
import { definitionCauses } from './definition-rules.ts';
import { ingressCauses } from './ingress-rules.ts';
import { podCauses } from './pod-rules.ts';
import { serviceCauses } from './service-rules.ts';
import { templateCauses, workloadCauses } from './workload-rules.ts';

export interface RuleContext {
  /** The stored object of an update; what it holds was valid. */
  readonly previous: AnyKubeObject | undefined;
  readonly numbers: ServiceNumbers;
}

type Rules = (object: JsonObject, context: RuleContext) => StatusCause[];

const selected: Rules = (object, { previous }) => workloadCauses(object, previous);

const byKind: Readonly<Record<string, Rules>> = {
  'configmaps.': (object) => dataCauses(object),
  'secrets.': (object) => dataCauses(object),
  'pods.': (object, { previous }) => podCauses(objectAt(object, 'spec'), 'spec', previous?.['spec']),
  'services.': (object, { previous, numbers }) => serviceCauses(object, previous, numbers),
  'deployments.apps': selected,
  'replicasets.apps': selected,
  'daemonsets.apps': selected,
  'statefulsets.apps': selected,
  'jobs.batch': (object, { previous }) => templateOf(object, ['spec'], previous),
  'cronjobs.batch': (object, { previous }) => templateOf(object, ['spec', 'jobTemplate', 'spec'], previous),
  'ingresses.networking.k8s.io': (object) => ingressCauses(object),
  'customresourcedefinitions.apiextensions.k8s.io': (object) => definitionCauses(object),
};

/** Checks the rules of built-in kinds that users break. Returns causes in the real server's words. */
export const builtInCauses = (
  resource: ResourceType,
  object: JsonObject,
  context: RuleContext,
): StatusCause[] => byKind[kindKey(resource)]?.(object, context) ?? [];

function templateOf(
  object: JsonObject,
  path: readonly string[],
  previous: AnyKubeObject | undefined,
): StatusCause[] {
  const at = (root: unknown): JsonObject => objectAt(path.reduce<unknown>(objectAt, root), 'template');
  return templateCauses(at(object), `${path.join('.')}.template`, previous && at(previous));
}
