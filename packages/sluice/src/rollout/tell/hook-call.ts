import type { CanaryStatus, OutboxEntry } from '../../api/canary-status.ts';
import { hashJson } from '@sluice/lib/json/canonical-json.ts';
import type { CanaryWebhook } from '../../api/canary.ts';
import { byObject } from '@sluice/lib/json/by-object.ts';
import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import type { HookCall, HookPayload } from '../../ports/hooks.ts';
import { eventWebhookIndex, hookTimeoutMs } from '../../rules/hooks/hooks.ts';
import type { Hook } from '../../rules/hooks/hooks.ts';
import { eventPayload, questionPayload } from '../../webhooks/payload.ts';
import type { PayloadContext } from '../../webhooks/payload.ts';
import type { Seen } from '../seen.ts';

/** A question to a hook of the Canary's spec. `phase` is what Flagger's payload says at that moment (docs/reference/hooks.md). */
export function questionCall(
  seen: Seen,
  status: CanaryStatus,
  hook: Hook,
  details: { readonly id: string; readonly phase: string },
): HookCall {
  return {
    id: details.id,
    ...target(hook),
    payload: questionPayload(payloadContext(seen, status, details.phase), hook.spec),
  };
}

/** The call of an announcement in the outbox; `hook` is the one it was meant for. */
export function announcementCall(seen: Seen, status: CanaryStatus, hook: Hook, entry: OutboxEntry): HookCall {
  const context = announcementContext(seen, status, entry);
  const payload: HookPayload =
    entry.kind === 'event' ? eventPayload(context, hook.spec, entry) : questionPayload(context, hook.spec);
  const { timeoutMs, retries, ...call } = target(hook);
  return {
    id: entry.id,
    ...call,
    // guard: announcements-have-a-longest-timeout
    timeoutMs: Math.min(entry.kind === 'event' ? longestEventMs : longestEndMs, timeoutMs),
    // guard: announcements-have-most-retries
    retries: Math.min(mostRetries, retries),
    payload,
  };
}

/** A late announcement carries the numbers and images of the status only while they belong to its run. */
function announcementContext(seen: Seen, status: CanaryStatus, entry: OutboxEntry): PayloadContext {
  if (entry.runId === undefined || entry.runId === status.run?.id)
    return payloadContext(seen, status, entry.phase);
  const { runId, revision = '' } = entry;
  return {
    name: seen.canary.metadata.name,
    namespace: seen.namespace,
    phase: entry.phase,
    checksum: checksumOf(status, revision),
    runId,
    revision,
  };
}

/**
 * Longest time of one attempt, in milliseconds: whoever does not answer holds a place that others wait for. The end of a run may
 * start a task whose answer comes when it is done.
 */
const longestEventMs = 60_000;
const longestEndMs = 600_000;
const mostRetries = 10;

/** The calls of an outbox are made anew in each pass. */
const maskedUrl = byObject(({ url = '' }: CanaryWebhook) => maskUrl(url));

const target = (hook: Hook): Omit<HookCall, 'id' | 'payload'> => ({
  name: hook.name,
  type: hook.type,
  url: hook.spec.url ?? '',
  shownAs: hook.index === eventWebhookIndex ? 'the event webhook' : maskedUrl(hook.spec),
  timeoutMs: hookTimeoutMs(hook.spec),
  retries: hook.spec.retries ?? 0,
  insecureSkipVerify: hook.spec.disableTLS ?? false,
});

function payloadContext(seen: Seen, status: CanaryStatus, phase: string): PayloadContext {
  const { run } = status;
  return {
    name: seen.canary.metadata.name,
    namespace: seen.namespace,
    phase,
    checksum: checksumOf(status, run?.revision ?? status.lastAppliedSpec ?? ''),
    weight: status.canaryWeight,
    iteration: status.iterations,
    failedChecks: status.failedChecks,
    ...(run === undefined
      ? {}
      : {
          runId: run.id,
          revision: run.revision,
          step: run.step,
          images: { old: run.oldImages ?? [], new: run.newImages ?? [] },
        }),
  };
}

/** Flagger's meaning (docs/reference/hooks.md): one value per tracked configuration and revision. */
const checksumOf = (status: CanaryStatus, revision: string): string =>
  hashJson([status.trackedConfigs ?? null, revision]).slice('v1:'.length);
