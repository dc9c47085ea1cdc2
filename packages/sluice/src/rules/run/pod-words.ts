import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asNumber, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';

/** Reasons of a container that is starting as usual. */
const usual: readonly string[] = ['ContainerCreating', 'PodInitializing', ''];

/** The first reason found in pods that are not ready, and how many have it; undefined when there is none. */
export function podWords(pods: readonly AnyKubeObject[]): string | undefined {
  const waiting = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && !isReady(pod));
  const words = waiting.map((pod) => containerWords(pod) ?? conditionWords(pod));
  const [first] = words.filter((said) => said !== undefined);
  if (first === undefined) return undefined;
  const count = words.filter((said) => said?.reason === first.reason).length;
  return `${count} of ${pods.length} pods: ${first.text}`;
}

interface Words {
  readonly reason: string;
  readonly text: string;
}

const conditionsIn = (pod: AnyKubeObject): readonly JsonRecord[] =>
  asList(asRecord(pod['status'])['conditions']).map(asRecord);

const isReady = (pod: AnyKubeObject): boolean =>
  conditionsIn(pod).some(({ type, status }) => type === 'Ready' && status === 'True');

function containerWords(pod: AnyKubeObject): Words | undefined {
  const { initContainerStatuses, containerStatuses } = asRecord(pod['status']);
  for (const container of [...asList(initContainerStatuses), ...asList(containerStatuses)].map(asRecord)) {
    const name = asText(container['name']) ?? '';
    const waiting = asRecord(asRecord(container['state'])['waiting']);
    const terminated = asRecord(asRecord(container['state'])['terminated']);
    const reason = asText(waiting['reason']) ?? '';
    if (!usual.includes(reason)) {
      const last = lastEnd(asRecord(asRecord(container['lastState'])['terminated']));
      const said = last ?? asText(waiting['message']) ?? '';
      return { reason, text: `${reason} of container ${name}${said === '' ? '' : `: ${said}`}` };
    }
    const ended = lastEnd(terminated);
    if (ended !== undefined) return { reason: 'Terminated', text: `container ${name} ended: ${ended}` };
  }
  return undefined;
}

/** The last termination of a container: its own message says more than CrashLoopBackOff. */
function lastEnd(terminated: JsonRecord): string | undefined {
  const code = asNumber(terminated['exitCode']);
  if (code === undefined || code === 0) return undefined;
  const message = asText(terminated['message']) ?? '';
  const reason = asText(terminated['reason']) ?? '';
  const why = message === '' ? (reason === '' || reason === 'Error' ? '' : `, ${reason}`) : `: ${message}`;
  return `exit code ${code}${why}`;
}

function conditionWords(pod: AnyKubeObject): Words | undefined {
  const scheduled = conditionsIn(pod).find(({ type }) => type === 'PodScheduled');
  if (scheduled?.['status'] !== 'False') return undefined;
  const reason = asText(scheduled['reason']) ?? 'Unschedulable';
  return { reason, text: `${reason}: ${asText(scheduled['message']) ?? ''}` };
}
