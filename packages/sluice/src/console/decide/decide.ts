import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import type { DecisionRecord, Verb } from '../../api/decision-status.ts';
import { requestDecision } from '../../people/request-decision.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Rollout, RolloutBook } from '../live/rollout-book.ts';
import { within } from '../within.ts';

/** A decision as a form asks for it. */
export interface Wanted {
  readonly verb: Verb;
  /** Id of the approval or of the run; empty for what is current. */
  readonly for: string;
  /** Revision that the page showed. */
  readonly revision: string;
  readonly reason: string;
  /** RFC 3339 time at which a pause ends. */
  readonly until?: string;
}

export type Outcome =
  | { readonly kind: 'done'; readonly decision: DecisionRecord }
  /** Written; no controller has taken it within 5 s. */
  | { readonly kind: 'pending' }
  /** The rollout is not what the page showed, or the controller refused: one sentence. */
  | { readonly kind: 'conflict'; readonly why: string }
  /** Something is missing in the form. */
  | { readonly kind: 'incomplete'; readonly why: string }
  | { readonly kind: 'forbidden'; readonly why: string };

export interface DecideDeps {
  readonly book: RolloutBook;
  readonly clock: Clock;
  readonly log: Log;
}

const longestReason = 1_000;
const decideWithinMs = 15_000;
const shownWithinMs = 2_000;

/** Makes a decision in the name of the viewer, and leaves a line in the log. Rejects when the cluster cannot be asked. */
export async function decide(
  deps: DecideDeps,
  viewer: Viewer,
  rollout: Rollout,
  wanted: Wanted,
  address: string,
): Promise<Outcome> {
  const told = {
    user: viewer.user.name,
    knownBy: viewer.knownBy,
    canary: rollout.key,
    verb: wanted.verb,
    for: wanted.for,
    address,
  };
  try {
    const outcome = problemOf(rollout, wanted) ?? (await write(deps, viewer, rollout, wanted));
    deps.log.info('decision', { ...told, result: outcome.kind, ...whyOf(outcome) });
    if (outcome.kind === 'done') await untilShown(deps, rollout, outcome.decision);
    return outcome;
  } catch (error) {
    deps.log.warn('decision', { ...told, result: 'failed', why: describeError(error) });
    throw error;
  }
}

const whyOf = (outcome: Outcome): { readonly why?: string } => ('why' in outcome ? { why: outcome.why } : {});

/** Compares the form with the rollout as it is. */
function problemOf({ view }: Rollout, { verb, for: about, revision, reason }: Wanted): Outcome | undefined {
  const action = view.actions.find((one) => one.verb === verb && one.for === about);
  // guard: only-what-is-offered-is-decided
  if (action === undefined)
    return { kind: 'conflict', why: `${verb} is not possible any more: ${view.waitsFor.message}` };
  // guard: a-decision-is-for-the-revision-that-was-shown
  if (revision !== revisionOf(view.revision, view.approvals, about))
    return { kind: 'conflict', why: 'a newer revision replaced the one that this page showed' };
  if (reason.length > longestReason)
    return { kind: 'incomplete', why: `The reason is longer than ${longestReason} characters.` };
  if (action.needsReason && reason === '') return { kind: 'incomplete', why: 'Give a reason.' };
  return undefined;
}

const revisionOf = (current: string, approvals: Rollout['view']['approvals'], about: string): string =>
  approvals.find(({ id }) => id === about)?.revision ?? current;

async function write(
  { clock }: DecideDeps,
  { client, user }: Viewer,
  { view }: Rollout,
  { verb, for: about, reason, until }: Wanted,
): Promise<Outcome> {
  const wanted = {
    verb,
    reason,
    via: 'console',
    ...(about === '' ? {} : { for: about }),
    ...(until === undefined ? {} : { until }),
  };
  const ref = { namespace: view.metadata.namespace, name: view.metadata.name };
  try {
    const answer = await within(clock, decideWithinMs, (signal) =>
      requestDecision({ client, clock }, ref, wanted, user, signal),
    );
    if (answer.kind === 'not-picked-up') return { kind: 'pending' };
    const { decision } = answer;
    return decision.result === 'done'
      ? { kind: 'done', decision }
      : { kind: 'conflict', why: `the controller refused it: ${decision.message}` };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (error.code === 401 || error.code === 403) return { kind: 'forbidden', why: describeError(error) };
    if (error.code === 404) return { kind: 'conflict', why: 'the Canary was deleted' };
    throw error;
  }
}

/** The answer leads to a page of this console, whose watch may be some milliseconds behind. */
async function untilShown(
  { book, clock }: DecideDeps,
  { view }: Rollout,
  decision: DecisionRecord,
): Promise<void> {
  const { namespace, name } = view.metadata;
  const until = clock.now() + shownWithinMs;
  const isShown = (): boolean =>
    book
      .find(namespace, name)
      ?.view.decisions.some(({ at, request }) => at === decision.at && request === decision.request) ?? true;
  while (!isShown() && clock.now() < until) await sleep(clock, 20);
}
