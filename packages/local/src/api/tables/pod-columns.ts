import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { ageOf } from './age.ts';
import {
  ageColumn,
  at,
  listOf,
  nameColumn,
  numberAt,
  text,
  textOrNone,
  wide,
  type Column,
} from './column.ts';

const statuses = (pod: AnyKubeObject) => listOf(pod, 'status', 'containerStatuses');

export const podColumns: readonly Column[] = [
  nameColumn,
  text('Ready', (pod) => {
    const ready = statuses(pod).filter((status) => at(status, 'ready') === true).length;
    return `${ready}/${listOf(pod, 'spec', 'containers').length}`;
  }),
  text('Status', statusText),
  text('Restarts', restartsText),
  ageColumn,
  wide('IP', (pod) => textOrNone(pod, 'status', 'podIP')),
  wide('Node', (pod) => textOrNone(pod, 'spec', 'nodeName')),
  wide('Nominated Node', (pod) => textOrNone(pod, 'status', 'nominatedNodeName')),
  wide('Readiness Gates', (pod) => (listOf(pod, 'spec', 'readinessGates').length === 0 ? '<none>' : '0/1')),
];

/** STATUS as kubectl shows it: a container's reason comes before the pod's phase. */
function statusText(pod: AnyKubeObject): string {
  const phase = textOrNone(pod, 'status', 'phase');
  const reason = textOrNone(pod, 'status', 'reason');
  const initial = initText(pod);
  let shown = initial ?? (reason === '<none>' ? phase : reason);
  if (initial === undefined) {
    for (const status of statuses(pod).toReversed()) shown = containerText(status) ?? shown;
    const someRun = statuses(pod).some((status) => at(status, 'state', 'running') !== undefined);
    if (shown === 'Completed' && someRun) shown = 'Running';
  }
  if (pod.metadata.deletionTimestamp === undefined) return shown;
  return phase === 'Succeeded' || phase === 'Failed' ? shown : 'Terminating';
}

function containerText(status: unknown): string | undefined {
  const waiting = at(status, 'state', 'waiting', 'reason');
  if (typeof waiting === 'string' && waiting !== '') return waiting;
  const terminated = at(status, 'state', 'terminated');
  if (terminated === undefined) return undefined;
  const reason = at(terminated, 'reason');
  return typeof reason === 'string' && reason !== ''
    ? reason
    : `ExitCode:${numberAt(terminated, 'exitCode')}`;
}

function initText(pod: AnyKubeObject): string | undefined {
  const initial = listOf(pod, 'status', 'initContainerStatuses');
  const index = initial.findIndex((status) => at(status, 'state', 'terminated', 'exitCode') !== 0);
  if (index < 0) return undefined;
  const why = containerText(initial[index]);
  return why === undefined || why === 'PodInitializing' ? `Init:${index}/${initial.length}` : `Init:${why}`;
}

function restartsText(pod: AnyKubeObject, now: number): string {
  const count = statuses(pod).reduce((sum: number, status) => sum + numberAt(status, 'restartCount'), 0);
  const ended = statuses(pod)
    .map((status) => at(status, 'lastState', 'terminated', 'finishedAt'))
    .filter((time) => typeof time === 'string')
    .toSorted()
    .at(-1);
  return count > 0 && ended !== undefined ? `${count} (${ageOf(ended, now)} ago)` : `${count}`;
}
