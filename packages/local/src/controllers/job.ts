import { refOf } from '@sluice/kube/objects/object-ref.ts';
import type { AnyKubeObject, KubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { pods } from '@sluice/kube/objects/resources.ts';
import { equalJson } from '../store/json.ts';
import { isFinished, isReady } from '../kubelet/pod.ts';
import type { Pod, PodTemplate } from '../kubelet/pod.ts';
import { namespaceAndName } from './controller.ts';
import type { Controller, ControllerParts } from './controller.ts';
import { createPod } from './create-pod.ts';
import { podsOf } from './replica-set.ts';
import { unversioned } from './workload.ts';

export const jobs: ResourceType = {
  group: 'batch',
  version: 'v1',
  plural: 'jobs',
  kind: 'Job',
  namespaced: true,
};

interface Job extends KubeObject {
  readonly spec: {
    readonly template: PodTemplate;
    readonly completions?: number;
    readonly parallelism?: number;
    readonly backoffLimit?: number;
    readonly suspend?: boolean;
    readonly ttlSecondsAfterFinished?: number;
  };
  readonly status?: JobStatus;
}

interface JobStatus {
  readonly active?: number;
  readonly ready?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly conditions?: readonly JobCondition[];
}

interface JobCondition {
  readonly type: 'Complete' | 'Failed';
  readonly status: 'True';
  readonly reason?: string;
  readonly message?: string;
  readonly lastProbeTime: string;
  readonly lastTransitionTime: string;
}

/** Runs a Job's pods to completion. Indexed completion, failure policies and deadlines are left out. */
export const jobController = {
  resource: jobs,
  owned: [pods],
  reconcile(key, parts) {
    const object = parts.store.get(jobs, namespaceAndName(key));
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) return undefined;
    const job = object as unknown as Job;
    const finished = job.status?.conditions?.[0];
    if (finished !== undefined) return expire(job, finished, parts);
    const present = podsOf(job.metadata.namespace ?? '', job.metadata.uid, parts.store);
    const verdict = judge(job, present);
    if (verdict === undefined) startMissing(job, present, parts);
    else stopActive(present, parts);
    publish(job, object, verdict, parts);
    return undefined;
  },
} satisfies Controller;

const count = (present: readonly Pod[], phase: string): number =>
  present.filter(({ status }) => status?.phase === phase).length;

/** With no `completions` one success is enough. */
const wantedOf = ({ spec }: Job): number => spec.completions ?? 1;

type Verdict = Pick<JobCondition, 'type' | 'reason' | 'message'>;

function judge(job: Job, present: readonly Pod[]): Verdict | undefined {
  if (count(present, 'Succeeded') >= wantedOf(job)) {
    return {
      type: 'Complete',
      reason: 'CompletionsReached',
      message: 'Reached expected number of succeeded pods',
    };
  }
  const limit = job.spec.backoffLimit ?? 6;
  const restarts = present.flatMap(({ status }) => status?.containerStatuses ?? []);
  const failures =
    count(present, 'Failed') + restarts.reduce((total, { restartCount }) => total + restartCount, 0);
  if (failures <= limit) return undefined;
  return {
    type: 'Failed',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
  };
}

function startMissing(job: Job, present: readonly Pod[], parts: ControllerParts): void {
  if (job.spec.suspend === true) return;
  const active = present.filter((pod) => !isFinished(pod)).length;
  const open = wantedOf(job) - count(present, 'Succeeded');
  const missing = Math.min(open, job.spec.parallelism ?? 1) - active;
  const { template } = job.spec;
  const labels = {
    ...template.metadata?.labels,
    'job-name': job.metadata.name,
    'batch.kubernetes.io/job-name': job.metadata.name,
    'batch.kubernetes.io/controller-uid': job.metadata.uid ?? '',
  };
  for (let started = 0; started < missing; started += 1) {
    createPod(job, { ...template, metadata: { ...template.metadata, labels } }, parts);
  }
}

function stopActive(present: readonly Pod[], { store }: ControllerParts): void {
  const active = present.filter((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined);
  for (const pod of active) store.delete(pods, refOf(pod));
}

function publish(
  job: Job,
  object: AnyKubeObject,
  verdict: Verdict | undefined,
  parts: ControllerParts,
): void {
  const present = podsOf(job.metadata.namespace ?? '', job.metadata.uid, parts.store);
  const active = present.filter((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined);
  const time = new Date(parts.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const status: JobStatus = {
    ...job.status,
    startTime: job.status?.startTime ?? time,
    active: active.length,
    ready: active.filter(isReady).length,
    succeeded: count(present, 'Succeeded'),
    failed: count(present, 'Failed'),
    ...(verdict?.type === 'Complete' ? { completionTime: time } : {}),
    ...(verdict === undefined
      ? {}
      : { conditions: [{ ...verdict, status: 'True', lastProbeTime: time, lastTransitionTime: time }] }),
  };
  if (equalJson(status, job.status)) return;
  const metadata = unversioned(object.metadata);
  parts.store.update(jobs, { ...object, metadata, status }, { subresource: 'status' });
  if (verdict?.type === 'Complete') parts.record(job, 'Normal', 'Completed', 'Job completed');
  if (verdict?.type === 'Failed') parts.record(job, 'Warning', verdict.reason ?? '', verdict.message ?? '');
}

function expire(job: Job, finished: JobCondition, { store, clock }: ControllerParts): number | undefined {
  const { ttlSecondsAfterFinished } = job.spec;
  if (ttlSecondsAfterFinished === undefined) return undefined;
  const left = Date.parse(finished.lastTransitionTime) + ttlSecondsAfterFinished * 1000 - clock.now();
  if (left > 0) return left;
  store.delete(jobs, refOf(job), { propagationPolicy: 'Background' });
  return undefined;
}
