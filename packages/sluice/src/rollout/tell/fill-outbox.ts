import type { CanaryStatus, OutboxEntry } from '../../api/canary-status.ts';
import { eventWebhookIndex, hooksOf } from '../../rules/hooks/hooks.ts';
import type { HookType } from '../../rules/hooks/hooks.ts';
import { deliveryIdOf } from '../../rules/run/revision.ts';
import { toTime } from '../../rules/run/timing.ts';
import { append } from '../../webhooks/outbox.ts';
import type { RolloutDeps } from '../deps.ts';
import type { Drafting } from '../draft.ts';
import type { Seen } from '../seen.ts';

/**
 * Puts the announcements of the draft into its outbox, so that one write records the decision and its announcements.
 * `event` hooks get every announcement, `post-rollout` hooks the end of a run.
 */
export function fillOutbox(drafting: Drafting, deps: Pick<RolloutDeps, 'options' | 'log'>): void {
  const { draft, seen } = drafting;
  const entries = [
    ...eventEntries(drafting, deps),
    ...(draft.ended === undefined ? [] : postRolloutEntries(seen, draft.status)),
  ];
  if (entries.length === 0) return;
  const { outbox, dropped } = append(draft.status.outbox ?? [], entries);
  const droppedBefore = draft.status.outboxDropped ?? 0;
  draft.status = {
    ...draft.status,
    outbox: [...outbox],
    ...(dropped === 0 ? {} : { outboxDropped: droppedBefore + dropped }),
  };
  if (dropped > 0) deps.log.warn('outbox full, events dropped', { canary: seen.key, dropped });
}

function eventEntries({ draft, seen }: Drafting, deps: Pick<RolloutDeps, 'options'>): OutboxEntry[] {
  const hooks = targetsOf(seen, 'event');
  const global =
    hooks.length === 0 && deps.options.eventWebhook !== '' ? [{ name: '', index: eventWebhookIndex }] : [];
  return draft.announcements.flatMap((announcement, place) =>
    [...hooks, ...global].map((hook) => ({
      ...entryBase(seen, draft.status, 'event', hook, place),
      message: announcement.message.slice(0, 1024),
      eventType: announcement.type,
      at: toTime(seen.now),
    })),
  );
}

/** The phase that receivers get is `status.phase`. */
export const postRolloutEntries = (seen: Seen, status: CanaryStatus): OutboxEntry[] =>
  targetsOf(seen, 'post-rollout').map((hook) => ({
    ...entryBase(seen, status, 'post-rollout', hook, 0),
    at: toTime(seen.now),
  }));

interface Target {
  readonly name: string;
  readonly index: number;
}

const targetsOf = (seen: Seen, type: HookType): readonly Target[] =>
  hooksOf(seen.canary, type).map(({ name, index }) => ({ name, index }));

function entryBase(
  seen: Seen,
  { run, phase }: CanaryStatus,
  kind: 'event' | 'post-rollout',
  hook: Target,
  place: number,
) {
  const moment =
    kind === 'post-rollout' ? (run?.id ?? '') : `${seen.canary.metadata.resourceVersion ?? ''}/${seen.now}`;
  return {
    id: deliveryIdOf([seen.canary.metadata.uid ?? '', kind, hook.index, hook.name, moment, phase, place]),
    kind,
    hook: hook.name,
    index: hook.index,
    phase,
    ...(run === undefined ? {} : { runId: run.id, revision: run.revision }),
  };
}
