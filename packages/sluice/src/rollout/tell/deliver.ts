import type { CanaryStatus, DeadLetter, HookResult, OutboxEntry } from '../../api/canary-status.ts';
import type { HookCall } from '../../ports/hooks.ts';
import { eventWebhookIndex, hooksOf } from '../../rules/hooks/hooks.ts';
import type { Hook } from '../../rules/hooks/hooks.ts';
import { toTime } from '../../rules/run/timing.ts';
import type { DeliveryAck } from '../../webhooks/delivery-worker.ts';
import { acknowledge } from '../../webhooks/outbox.ts';
import type { RolloutDeps } from '../deps.ts';
import type { Drafting } from '../draft.ts';
import type { CanaryMemory } from '../memory.ts';
import type { Seen } from '../seen.ts';
import { announcementCall } from './hook-call.ts';

const deadLettersKept = 5;

/** Removes delivered and abandoned entries from the draft's outbox; an abandoned one is kept as a dead letter. */
export function takeAcknowledged({ seen, draft }: Drafting, acks: readonly DeliveryAck[]): void {
  if (acks.length === 0) return;
  const outbox = draft.status.outbox ?? [];
  const dead = acks
    .filter((ack) => ack.outcome === 'dead')
    .flatMap((ack) => deadLetter(outbox, ack, seen.now));
  const rest = acknowledge(
    outbox,
    acks.map((ack) => ack.id),
  );
  draft.status = { ...draft.status, /* guard: acknowledged-leaves-the-outbox */ outbox: [...rest] };
  draft.status.hooks = withAnswers(draft.status, outbox, acks, seen.now);
  if (dead.length === 0) return;
  draft.status.deadLetters = [...(draft.status.deadLetters ?? []), ...dead].slice(-deadLettersKept);
}

/** Records the last answer of each announcing hook of this run in `status.hooks`. */
function withAnswers(
  status: CanaryStatus,
  outbox: readonly OutboxEntry[],
  acks: readonly DeliveryAck[],
  now: number,
): HookResult[] {
  const results = new Map((status.hooks ?? []).map((result) => [result.index, result]));
  for (const ack of acks) {
    const entry = outbox.find((candidate) => candidate.id === ack.id);
    // `status.hooks` is about one run; an announcement of the run before may be taken late.
    // guard: late-answers-are-of-another-run
    if (entry?.runId !== undefined && entry.runId !== status.run?.id) continue;
    if (entry === undefined) continue;
    results.set(entry.index, {
      name: entry.hook,
      type: entry.kind,
      index: entry.index,
      id: ack.id,
      outcome: ack.answer.outcome,
      ...(ack.answer.code === undefined ? {} : { code: ack.answer.code }),
      ...(ack.answer.message === '' ? {} : { message: ack.answer.message }),
      attempts: ack.attempts,
      durationMs: Math.round(ack.answer.durationMs),
      step: status.run?.step ?? 0,
      at: toTime(now),
    });
  }
  return [...results.values()].sort((a, b) => a.index - b.index);
}

function deadLetter(outbox: readonly OutboxEntry[], ack: DeliveryAck, now: number): DeadLetter[] {
  const entry = outbox.find((candidate) => candidate.id === ack.id);
  if (entry === undefined) return [];
  const reason = [ack.answer.code, ack.answer.message]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  return [
    { id: entry.id, kind: entry.kind, hook: entry.hook, reason: reason.slice(0, 300), at: toTime(now) },
  ];
}

/** Places in which the announced end of a run is true. */
const endsSettled: ReadonlySet<string> = new Set(['Succeeded', 'Terminating']);

/**
 * Releases the announcements that may be sent now. The end of a run is sent once it is true: a receiver of "rolled back"
 * can rely on the traffic being back. A released announcement stays released when the routes change again, because the
 * worker would take it for a new one.
 */
export function release(
  memory: Pick<CanaryMemory, 'released'>,
  status: CanaryStatus,
  isTrafficThere: boolean,
): void {
  const outbox = status.outbox ?? [];
  const listed = new Set(outbox.map((entry) => entry.id));
  for (const id of memory.released)
    if (/* guard: what-was-let-out-stays-out */ !listed.has(id)) memory.released.delete(id);
  const isSettled = isTrafficThere || endsSettled.has(status.phase);
  for (const { id, kind, runId } of outbox) {
    // guard: end-is-told-after-traffic
    if (
      kind !== 'event' &&
      !isSettled &&
      // guard: the-end-of-another-run-does-not-wait
      runId === status.run?.id
    )
      continue;
    memory.released.add(id);
  }
}

/** The calls of the released announcements of a recorded outbox, in order. */
export function callsOf(
  seen: Seen,
  status: CanaryStatus,
  options: { readonly released: ReadonlySet<string>; readonly eventWebhook: string },
): readonly HookCall[] {
  return (status.outbox ?? []).flatMap((entry) => {
    if (!options.released.has(entry.id)) return [];
    const hook = hookFor(seen, entry, options.eventWebhook);
    return hook === undefined ? [] : [announcementCall(seen, status, hook, entry)];
  });
}

/** The hook as in the current spec: an edited URL applies to pending announcements. */
function hookFor(seen: Seen, entry: OutboxEntry, eventWebhook: string): Hook | undefined {
  const type = entry.kind === 'event' ? 'event' : 'post-rollout';
  if (entry.index === eventWebhookIndex) {
    return eventWebhook === ''
      ? undefined
      : {
          name: 'event-webhook',
          type,
          index: eventWebhookIndex,
          spec: { name: 'event-webhook', url: eventWebhook },
        };
  }
  const hooks = hooksOf(seen.canary, type);
  return (
    hooks.find((hook) => hook.index === entry.index && hook.name === entry.hook) ??
    hooks.find((hook) => hook.name === entry.hook)
  );
}

/** Removes entries whose hook is no longer in the spec. */
export function dropOrphans({ seen, draft }: Drafting, { options }: Pick<RolloutDeps, 'options'>): void {
  const outbox = draft.status.outbox ?? [];
  const kept = outbox.filter((entry) => hookFor(seen, entry, options.eventWebhook) !== undefined);
  if (kept.length !== outbox.length) draft.status = { ...draft.status, outbox: kept };
}
