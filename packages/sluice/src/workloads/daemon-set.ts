import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { daemonSets } from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Workload } from '../ports/workload.ts';
import { keyOf } from '../rules/objects/names.ts';
import { daemonSetReadiness, isStopped, stopLabel } from './daemon-set-readiness.ts';
import { createTemplatedWorkload, templateOf } from './templated-workload.ts';

/** A pod on each node. In place of zero replicas it gets a node selector that no node satisfies. */
export const daemonSet: Workload = createTemplatedWorkload({
  resource: daemonSets,
  sizing: 'switch',
  template,
  rolloutFields: ['minReadySeconds', 'revisionHistoryLimit', 'updateStrategy'],
  refuse: refuseOnDelete,
  replicas: (workload) => (isStopped(workload) ? 0 : 1),
  readiness: daemonSetReadiness,
  // `template` has no stop label, so a new or promoted primary runs.
  firstSize: () => ({}),
  promotedSize: () => ({}),
  scalePatch: (_workload, replicas) => ({
    spec: { template: { spec: { nodeSelector: { [stopLabel]: replicas === 0 ? 'true' : null } } } },
  }),
});

/** The template without the stop label and the empty map that starting leaves behind: neither changes the revision. */
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
