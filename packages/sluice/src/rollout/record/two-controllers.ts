import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../../api/resources.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { conditionsOf } from '../../rules/run/conditions.ts';
import { toTime } from '../../rules/run/timing.ts';
import type { RolloutDeps } from '../deps.ts';
import type { CanaryMemory } from '../memory.ts';
import { forgetStatus, isForeignStatus, noteAttempt, noteRead, noteWritten } from './book.ts';

const type = 'TwoControllers';
/** A program that we cannot tell from a person, or from our own predecessor, is taken for a rival at its second write. */
const tolerated = 1;

/**
 * Whether somebody else writes the status of this canary. Two controllers on one canary move traffic against
 * each other, so this one lets go of it, says who it is, and touches nothing more. A person clears it by removing
 * the condition (`kubectl edit --subresource=status`), or by restarting the controller without the other one.
 */
export async function yieldToOther(
  deps: RolloutDeps,
  canary: AnyKubeObject,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isForeignStatus(memory.book, canary)) {
    noteRead(memory.book, canary);
    return memory.book.yielded;
  }
  const manager = await findManager(deps, canary, signal);
  noteRead(memory.book, canary);
  if (isPerson(manager)) {
    memory.book.yielded = memory.book.yielded && conditionOf(canary) !== undefined;
    return memory.book.yielded;
  }
  if (memory.book.yielded) {
    memory.book.yielded = manager !== undefined || conditionOf(canary) !== undefined;
    return memory.book.yielded;
  }
  memory.book.foreignWrites += 1;
  const isKnown = manager !== undefined && manager !== ourManager;
  // guard: an-unknown-writer-is-tolerated-once
  if (!isKnown && memory.book.foreignWrites <= tolerated) {
    deps.log.warn('status was written by another program', { canary: keyOf(canary), manager });
    return false;
  }
  // guard: a-rival-makes-us-yield
  memory.book.yielded = true;
  await sayTwo(deps, canary, manager, memory, signal);
  return true;
}

const ourManager = 'sluice';

const keyOf = ({ metadata }: AnyKubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const isPerson = (manager: string | undefined): boolean =>
  // guard: a-person-is-no-rival
  manager?.startsWith('kubectl') ?? false;

const conditionOf = (canary: AnyKubeObject) =>
  conditionsOf(canary['status']).find((condition) => condition.type === type);

/** Who wrote the status last, by the server's own books; caches do not keep them. */
async function findManager(
  deps: RolloutDeps,
  { metadata }: AnyKubeObject,
  signal: AbortSignal,
): Promise<string | undefined> {
  const ref = { namespace: metadata.namespace ?? '', name: metadata.name };
  const live = await deps.client.get(canaries, ref, signal);
  const writers = asList(asRecord(live.metadata)['managedFields'])
    .map(asRecord)
    .filter((entry) => entry['subresource'] === 'status');
  const latest = writers.toSorted((a, b) => timeOf(b) - timeOf(a))[0];
  return latest === undefined ? undefined : asText(latest['manager']);
}

const timeOf = (entry: Readonly<Record<string, unknown>>): number =>
  Date.parse(asText(entry['time']) ?? '') || 0;

async function sayTwo(
  deps: RolloutDeps,
  canary: AnyKubeObject,
  manager: string | undefined,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<void> {
  const who =
    manager === undefined ? 'another program' : manager === ourManager ? 'another Sluice' : `"${manager}"`;
  const message =
    `${who} writes the status of this canary, too; Sluice lets go of it: stop one of the two, ` +
    'then remove this condition or restart Sluice';
  const now = toTime(deps.clock.now());
  const condition = {
    type,
    status: 'True',
    reason: 'StatusWrittenByOther',
    message,
    lastUpdateTime: now,
    lastTransitionTime: now,
  };
  const others = conditionsOf(canary['status']).filter((present) => present.type !== type);
  deps.questions.forget(keyOf(canary));
  deps.events.record(canary, { type: 'Warning', reason: type, message });
  deps.log.error('two controllers', { canary: keyOf(canary), manager: who });
  const ref = { namespace: canary.metadata.namespace ?? '', name: canary.metadata.name };
  const patch = {
    metadata: { resourceVersion: canary.metadata.resourceVersion },
    status: { conditions: [...others, condition] },
  };
  noteAttempt(memory.book, { ...asRecord(canary['status']), ...patch.status });
  try {
    const written = await deps.client.mergePatch(canaries, ref, patch, { subresource: 'status' }, signal);
    deps.cache.remember(canaries, written);
    noteWritten(memory.book, written);
  } catch (error) {
    // The Warning and the log have said it; to fight over the status is what this is to end.
    forgetStatus(memory.book);
    deps.log.warn('condition not written', { canary: keyOf(canary), error });
  }
}
