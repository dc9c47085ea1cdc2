import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { daemonSets } from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Workload } from '../ports/workload.ts';
import { keyOf } from '../rules/objects/names.ts';
import { daemonSetReadiness, isStopped, stopLabel } from './daemon-set-readiness.ts';
import { createTemplatedWorkload, templateOf } from './templated-workload.ts';

/** A pod on each node. What it has in place of zero replicas is a node selector that no node satisfies. */
export const daemonSet: Workload = createTemplatedWorkload({
  resource: daemonSets,
  sizing: 'switch',
  template,
  rolloutFields: ['minReadySeconds', 'revisionHistoryLimit', 'updateStrategy'],
  refuse: refuseOnDelete,
  replicas: (workload) => (isStopped(workload) ? 0 : 1),
  readiness: daemonSetReadiness,
  // The template of a new primary, and of a promotion, is one that runs.
  firstSize: () => ({}),
  promotedSize: () => ({}),
  scalePatch: (_workload, replicas) => ({
    spec: { template: { spec: { nodeSelector: { [stopLabel]: replicas === 0 ? 'true' : null } } } },
  }),
});

/** Stopping and starting is no change of revision, nor is the empty map that starting leaves behind. */
function template(workload: AnyKubeObject): JsonRecord {
  const whole = templateOf(workload);
  const { nodeSelector, ...spec } = asRecord(whole['spec']);
  const {
    // guard: a-stop-is-no-revision-of-a-daemonset
    [stopLabel]: _stop,
    ...nodes
  } = asRecord(nodeSelector);
  return { ...whole, spec: { ...spec, ...(Object.keys(nodes).length === 0 ? {} : { nodeSelector: nodes }) } };
}

function refuseOnDelete(target: AnyKubeObject): void {
  if (asRecord(asRecord(target['spec'])['updateStrategy'])['type'] !== 'OnDelete') return;
  throw new SluiceError(
    `DaemonSet ${keyOf(target)}: with spec.updateStrategy.type OnDelete a promotion would replace no pod of the primary; ` +
      'set it to RollingUpdate',
  );
}
