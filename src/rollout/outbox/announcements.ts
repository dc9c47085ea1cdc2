import type { CanaryStatus, OutboxEntry } from '../../api/canary-status.ts';
import { hooksOf } from '../../rules/hooks.ts';
import type { HookType } from '../../rules/hooks.ts';
import { deliveryIdOf } from '../../rules/revision.ts';
import { toTime } from '../../rules/timing.ts';
import { append } from '../../webhooks/outbox.ts';
import type { PassContext, World } from '../context.ts';

/**
 * Puts what this draft announces into its outbox, so that the write that records a decision also records that
 * somebody has to be told. Event hooks hear every announcement; post-rollout hooks hear how a run ended.
 */
export function fillOutbox(context: PassContext): void {
  const { draft, world } = context;
  const entries = [
    ...eventEntries(context),
    ...(draft.ended === undefined ? [] : postRolloutEntries(world, draft.status)),
  ];
  if (entries.length === 0) return;
  const { outbox, dropped } = append(draft.status.outbox ?? [], entries);
  const droppedBefore = draft.status.outboxDropped ?? 0;
  draft.status = {
    ...draft.status,
    outbox: [...outbox],
    ...(dropped === 0 ? {} : { outboxDropped: droppedBefore + dropped }),
  };
  if (dropped > 0) context.deps.log.warn('outbox full, events dropped', { canary: world.key, dropped });
}

function eventEntries(context: PassContext): OutboxEntry[] {
  const { draft, world, deps } = context;
  const hooks = targetsOf(world, 'event');
  const global = hooks.length === 0 && deps.options.eventWebhook !== '' ? [{ name: '', index: -1 }] : [];
  return draft.announcements.flatMap((announcement, place) =>
    [...hooks, ...global].map((hook) => ({
      ...entryBase(world, draft.status, 'event', hook, place),
      message: announcement.message.slice(0, 1024),
      eventType: announcement.type,
      at: toTime(world.now),
    })),
  );
}

/** `status.phase` is what the receivers are told. */
export const postRolloutEntries = (world: World, status: CanaryStatus): OutboxEntry[] =>
  targetsOf(world, 'post-rollout').map((hook) => ({
    ...entryBase(world, status, 'post-rollout', hook, 0),
    at: toTime(world.now),
  }));

interface Target {
  readonly name: string;
  readonly index: number;
}

const targetsOf = (world: World, type: HookType): readonly Target[] =>
  hooksOf(world.canary, type).map(({ name, index }) => ({ name, index }));

function entryBase(
  world: World,
  { run, phase }: CanaryStatus,
  kind: 'event' | 'post-rollout',
  hook: Target,
  place: number,
) {
  const moment =
    kind === 'post-rollout' ? (run?.id ?? '') : `${world.canary.metadata.resourceVersion ?? ''}/${world.now}`;
  return {
    id: deliveryIdOf([world.canary.metadata.uid ?? '', kind, hook.index, hook.name, moment, phase, place]),
    kind,
    hook: hook.name,
    index: hook.index,
    phase,
    ...(run === undefined ? {} : { runId: run.id, revision: run.revision }),
  };
}
