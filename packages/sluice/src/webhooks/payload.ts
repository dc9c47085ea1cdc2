import type { OutboxEntry } from '../api/canary-status.ts';
import type { HookPayload } from '../ports/hooks.ts';

/** The fields of a hook in the canary's spec that its payload depends on. */
export interface PayloadHook {
  /** Empty or absent means `rollout`. */
  readonly type?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The fields of every payload, at the moment of the call. */
export type PayloadContext = Omit<HookPayload, 'type' | 'metadata'>;

/** The fields of an outbox entry that an event payload carries. */
export type AnnouncedEvent = Pick<OutboxEntry, 'message' | 'eventType' | 'at'>;

/** The payload of a question or a `post-rollout` announcement, with the hook's own metadata unchanged. */
export function questionPayload(context: PayloadContext, hook: PayloadHook): HookPayload {
  return { ...context, type: hook.type || 'rollout', ...metadataMember(hook.metadata ?? {}) };
}

/** The payload of an event: Flagger's three metadata keys replace the user's keys of the same name. */
export function eventPayload(context: PayloadContext, hook: PayloadHook, event: AnnouncedEvent): HookPayload {
  const metadata = {
    ...hook.metadata,
    eventMessage: event.message ?? '',
    eventType: event.eventType ?? 'Normal',
    timestamp: String(Date.parse(event.at)),
  };
  return { ...context, type: 'event', metadata };
}

/** Flagger leaves an empty map out. */
const metadataMember = (metadata: Readonly<Record<string, string>>): Pick<HookPayload, 'metadata'> =>
  Object.keys(metadata).length === 0 ? {} : { metadata };
