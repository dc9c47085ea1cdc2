import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { isConflict } from '@sluice/kube/objects/kube-error.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import type { DecisionRecord, Verb } from '../api/decision-status.ts';
import { canaries } from '../api/resources.ts';
import { decisionValues, readDecisionRequest } from '../rules/people/decision-request.ts';
import type { User } from './who-am-i.ts';

/** A decision to be made. `for` is the id of an approval (`g-...`) or of a run. */
export interface WantedDecision {
  readonly verb: Verb;
  readonly for?: string;
  /** At most 1,000 characters; may be empty. */
  readonly reason: string;
  /** `cli`, `console`, `slack`, `telegram` or `teams`. */
  readonly via: string;
  /** RFC 3339 time at which a pause ends. */
  readonly until?: string;
}

export type DecisionAnswer =
  | { readonly kind: 'recorded'; readonly decision: DecisionRecord }
  /** The annotations are written; no controller has taken them yet. */
  | { readonly kind: 'not-picked-up' };

export interface DecisionDeps {
  readonly client: KubeClient;
  readonly clock: Clock;
}

/** Time for the controller to take a decision, in milliseconds. */
const takenWithinMs = 5_000;
const lookAgainMs = 100;

/**
 * Writes a decision to the Canary in the name of `user`, and waits up to 5 s until the controller has taken it. A decision of
 * somebody else that is not taken yet is not overwritten, but waited for. Rejects with `KubeError`: 403 when the user may
 * not decide, 404 without the Canary.
 */
export async function requestDecision(
  deps: DecisionDeps,
  ref: ObjectRef,
  wanted: WantedDecision,
  user: User,
  signal: AbortSignal,
): Promise<DecisionAnswer> {
  const groups = groupsThatCount(await deps.client.get(canaries, ref, signal), user.groups);
  const values = decisionValues({ ...wanted, by: user.name, groups });
  const given = Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null),
  );
  const asking: Asking = {
    ...deps,
    ref,
    hash: readDecisionRequest(given)?.hash,
    deadline: deps.clock.now() + takenWithinMs,
    signal,
  };
  for (;;) {
    const written = await write(asking, values);
    const decision = await takenBy(asking, written);
    if (decision !== undefined) return { kind: 'recorded', decision };
    if (isOver(asking)) return { kind: 'not-picked-up' };
  }
}

/** Only groups that an approval names are written: a user may have hundreds, and they are nobody's business. */
function groupsThatCount(canary: AnyKubeObject, groups: readonly string[]): readonly string[] {
  const hooks = asList(asRecord(asRecord(canary['spec'])['analysis'])['webhooks']).map(asRecord);
  const named = new Set(
    hooks.flatMap((hook) => asList(asRecord(asRecord(hook['approval'])['approvers'])['groups'])),
  );
  return groups.filter((group) => named.has(group));
}

interface Asking extends DecisionDeps {
  readonly ref: ObjectRef;
  readonly hash: string | undefined;
  /** Milliseconds. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

const isOver = ({ clock, deadline, signal }: Asking): boolean => clock.now() >= deadline || signal.aborted;

/** Writes the annotations over none, or over a decision that was taken; resolves to the object written. */
async function write(
  asking: Asking,
  annotations: Readonly<Record<string, string | null>>,
): Promise<AnyKubeObject> {
  const { client, clock, ref, signal } = asking;
  for (;;) {
    const canary = await client.get(canaries, ref, signal);
    const isFree = isTaken(canary, readDecisionRequest(canary.metadata.annotations)?.hash);
    const written = isFree || isOver(asking) ? await tryWrite(asking, canary, annotations) : undefined;
    if (written !== undefined) return written;
    await sleep(clock, lookAgainMs, signal);
  }
}

/** Undefined when the Canary changed in between. */
async function tryWrite(
  { client, ref, signal }: Asking,
  { metadata: { resourceVersion } }: AnyKubeObject,
  annotations: Readonly<Record<string, string | null>>,
): Promise<AnyKubeObject | undefined> {
  try {
    return await client.mergePatch(canaries, ref, { metadata: { annotations, resourceVersion } }, {}, signal);
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}

/** The record of the decision; undefined when somebody else's replaced it before it was taken, or at the deadline. */
async function takenBy(asking: Asking, written: AnyKubeObject): Promise<DecisionRecord | undefined> {
  const { client, clock, ref, hash, signal } = asking;
  const known = new Set(decisionsOf(written).map(nameOf));
  for (let canary = written; ;) {
    const decisions = decisionsOf(canary);
    const isOurs = readDecisionRequest(canary.metadata.annotations)?.hash === hash;
    // The same text may have been taken before: then it is the last one, or not ours.
    const last = decisions.at(-1);
    if (isOurs && last?.request === hash) return last;
    const record = decisions.findLast((one) => one.request === hash && !known.has(nameOf(one)));
    if (record !== undefined) return record;
    if (!isOurs || isOver(asking)) return undefined;
    await sleep(clock, lookAgainMs, signal);
    canary = await client.get(canaries, ref, signal);
  }
}

const nameOf = ({ request, at }: DecisionRecord): string => `${request} ${at}`;

const decisionsOf = (canary: AnyKubeObject): readonly DecisionRecord[] =>
  asList(asRecord(canary['status'])['decisions']) as readonly DecisionRecord[];

/** Whether the last decision recorded is this one; also when there is none to take. */
const isTaken = (canary: AnyKubeObject, hash: string | undefined): boolean =>
  hash === undefined || asText(decisionsOf(canary).at(-1)?.request) === hash;
