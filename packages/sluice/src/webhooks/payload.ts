import type { OutboxEntry } from '../api/canary-status.ts';
import type { HookPayload } from '../ports/hooks.ts';

/** Of the hook in the canary's spec, what its payload depends on. */
export interface PayloadHook {
  /** Empty or absent means `rollout`. */
  readonly type?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What every payload says, at the moment of the call. */
export type PayloadContext = Omit<HookPayload, 'type' | 'metadata'>;

/** What an event payload tells: its entry in the outbox. */
export type AnnouncedEvent = Pick<OutboxEntry, 'message' | 'eventType' | 'at'>;

/** Of a question, and of a `post-rollout` announcement: the hook's own metadata, untouched. */
export function questionPayload(context: PayloadContext, hook: PayloadHook): HookPayload {
  return { ...context, type: hook.type || 'rollout', ...metadataMember(hook.metadata ?? {}) };
}

/** Of an event: Flagger's three keys stand above keys of the same name that the user chose. */
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
