import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { isNotFound } from '@sluice/kube/objects/kube-error.ts';
import { daemonSets, deployments, events } from '@sluice/kube/objects/resources.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import { createBoundedMap } from '../access/bounded-map.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Rollout } from '../live/rollout-book.ts';
import { within } from '../within.ts';
import { diffTemplates, templateOf } from './diff-template.ts';
import type { Difference } from './diff-template.ts';

/** What a page reads of the cluster beside the Canary, as its viewer, so that the viewer's rights hold. */
export interface ClusterReads {
  events(viewer: Viewer, rollout: Rollout): Promise<Read<readonly AnyKubeObject[]>>;
  diff(viewer: Viewer, rollout: Rollout): Promise<Read<Diff>>;
}

/** A part that could not be read says why, and leaves the rest of the page alone. */
export type Read<Value> = { readonly value: Value } | { readonly problem: string };

export type Diff =
  | { readonly kind: 'differences'; readonly differences: readonly Difference[] }
  /** There is nothing to compare: one sentence. */
  | { readonly kind: 'none'; readonly why: string };

const mostEvents = 100;
const answerWithinMs = 3_000;
/** A page that follows a busy rollout asks for these each time it changes. */
const keptMs = 2_000;
const mostReads = 500;

export function createClusterReads(clock: Clock): ClusterReads {
  const kept = createBoundedMap<Promise<Read<unknown>>>(clock, { most: mostReads, keptMs });
  const once = <Value>(key: string, read: (signal: AbortSignal) => Promise<Value>): Promise<Read<Value>> => {
    const known = kept.get(key) as Promise<Read<Value>> | undefined;
    if (known !== undefined) return known;
    const reading = within(clock, answerWithinMs, read).then(
      (value) => ({ value }),
      (error: unknown) => ({ problem: describeError(error, 300) }),
    );
    kept.set(key, reading);
    return reading;
  };
  return {
    events: (viewer, { key, canary }) =>
      once(`events ${viewer.id} ${key}`, (signal) => listEvents(viewer, canary, signal)),
    diff: (viewer, { key, canary }) =>
      once(`diff ${viewer.id} ${key} ${canary.metadata.resourceVersion}`, (signal) =>
        readDiff(viewer, canary, signal),
      ),
  };
}

/** Newest first. */
async function listEvents(
  { client }: Viewer,
  { metadata: { namespace = '', name } }: AnyKubeObject,
  signal: AbortSignal,
): Promise<readonly AnyKubeObject[]> {
  const fieldSelector = `involvedObject.kind=Canary,involvedObject.name=${name}`;
  const { items } = await client.list(events, { namespace, fieldSelector, limit: mostEvents }, signal);
  return items.toSorted((a, b) => timeOf(b).localeCompare(timeOf(a)));
}

export const timeOf = (event: AnyKubeObject): string =>
  asText(event['lastTimestamp']) ?? asText(event['eventTime']) ?? event.metadata.creationTimestamp ?? '';

const kinds: Readonly<Record<string, ResourceType>> = { Deployment: deployments, DaemonSet: daemonSets };

async function readDiff({ client }: Viewer, canary: AnyKubeObject, signal: AbortSignal): Promise<Diff> {
  const { kind, name } = asRecord(asRecord(canary['spec'])['targetRef']);
  const resource = kinds[asText(kind) ?? ''];
  const target = asText(name) ?? '';
  if (resource === undefined || target === '')
    return {
      kind: 'none',
      why: 'The target has no pod template of its own: only Deployments and DaemonSets are compared.',
    };
  const { namespace = '' } = canary.metadata;
  const get = (named: string): Promise<AnyKubeObject | undefined> =>
    client.get(resource, { namespace, name: named }, signal).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  const [now, before] = await Promise.all([get(target), get(`${target}-primary`)]);
  if (now === undefined) return { kind: 'none', why: `The ${String(kind)} ${target} does not exist.` };
  if (before === undefined)
    return { kind: 'none', why: 'There is no primary yet: the first version becomes it.' };
  return { kind: 'differences', differences: diffTemplates(templateOf(before), templateOf(now)) };
}
