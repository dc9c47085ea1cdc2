import type { Judged } from '../../view/rollout-view.ts';
import type { Rollout } from '../live/rollout-book.ts';

/** What the status of a Canary keeps of one call or announcement. */
export interface Delivery {
  readonly id: string;
  readonly rollout: Rollout;
  readonly hook: string;
  readonly type: string;
  /** `queued` and `lost` for announcements; empty for a call that was cancelled. */
  readonly verdict: Judged | 'queued';
  readonly code: number | null;
  /** Text of the answer, or the cause. */
  readonly message: string;
  readonly url: string;
  readonly durationMs: number | null;
  readonly attempts: number | null;
  readonly at: string;
}

export interface DeliveryFilter {
  readonly hook: string;
  readonly type: string;
  readonly verdict: string;
  readonly text: string;
  readonly page: number;
}

/** All of the rollouts, newest first. */
export const deliveriesOf = (rollouts: readonly Rollout[]): readonly Delivery[] =>
  rollouts
    .flatMap((rollout) => [...answers(rollout), ...announcements(rollout)])
    .toSorted((a, b) => b.at.localeCompare(a.at) || a.id.localeCompare(b.id));

const answers = (rollout: Rollout): readonly Delivery[] =>
  rollout.view.hooks.flatMap(({ deliveryId, name, judged, ...hook }) =>
    hook.at === null ? [] : [{ ...hook, id: deliveryId, rollout, hook: name, verdict: judged, at: hook.at }],
  );

function announcements(rollout: Rollout): readonly Delivery[] {
  const { outbox, deadLetters } = rollout.view.deliveries;
  const none = { code: null, url: '', durationMs: null, attempts: null };
  return [
    ...outbox.map(({ id, kind, hook, message = '', at }) => ({
      ...none,
      id,
      rollout,
      hook: hook === '' ? 'all events' : hook,
      type: kind,
      verdict: 'queued' as const,
      message,
      at,
    })),
    ...deadLetters.map(({ id, kind, hook, reason, at }) => ({
      ...none,
      id,
      rollout,
      hook: hook === '' ? 'all events' : hook,
      type: kind,
      verdict: 'lost' as const,
      message: reason,
      at,
    })),
  ];
}

export function readDeliveryFilter(query: Readonly<Record<string, string>>): DeliveryFilter {
  const textOf = (name: string): string => (query[name] ?? '').slice(0, 100);
  const page = Number(query['page'] ?? 1);
  return {
    hook: textOf('hook'),
    type: textOf('type'),
    verdict: textOf('verdict'),
    text: textOf('q'),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

export function filterDeliveries(
  deliveries: readonly Delivery[],
  { hook, type, verdict, text }: DeliveryFilter,
): readonly Delivery[] {
  const wanted = text.toLowerCase();
  const has = (part: string): boolean => part.toLowerCase().includes(wanted);
  return deliveries.filter(
    (one) =>
      (hook === '' || one.hook === hook) &&
      (type === '' || one.type === type) &&
      (verdict === '' || one.verdict === verdict) &&
      (wanted === '' || has(one.id) || has(one.rollout.key) || has(one.message)),
  );
}
