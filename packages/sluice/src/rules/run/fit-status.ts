import type { CanaryStatus } from '../../api/canary-status.ts';

/** Largest status written. etcd refuses objects above 1.5 MiB, and every watcher gets the status. */
export const statusLimitBytes = 64 * 1024;

/** Texts for people are cut to the first of these lengths that is short enough; 0 leaves them out. */
const textLimits = [1024, 400, 160, 40, 0];

/**
 * The status, its texts for people cut when it is too long: answers of hooks, results of metrics, dead letters.
 * Fields that decisions use (position, outcomes, announcements) stay. If the status is still too long, the oldest
 * event announcements are dropped. Lengths are bytes of JSON.
 */
export function fitStatus(status: CanaryStatus, limit = statusLimitBytes): CanaryStatus {
  if (sizeOf(status) <= limit) return status;
  for (const length of textLimits) {
    const cut = cutTexts(status, length);
    if (sizeOf(cut) <= limit) return cut;
  }
  return dropEvents(cutTexts(status, 0), limit);
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function cutTexts(status: CanaryStatus, length: number): CanaryStatus {
  const { hooks, run, deadLetters } = status;
  const cut = (text: string): string => cutBytes(text, length);
  return {
    ...status,
    ...cutDecisions(status, cut),
    ...(hooks === undefined
      ? {}
      : {
          hooks: hooks.map((hook) =>
            hook.message === undefined ? hook : { ...hook, message: cut(hook.message) },
          ),
        }),
    ...(run?.metrics === undefined
      ? {}
      : {
          run: {
            ...run,
            metrics: run.metrics.map((metric) => ({ ...metric, message: cut(metric.message) })),
          },
        }),
    ...(deadLetters === undefined
      ? {}
      : { deadLetters: deadLetters.map((letter) => ({ ...letter, reason: cut(letter.reason) })) }),
  };
}

/** Reasons and results of what people decided. */
function cutDecisions(
  { approvals, decisions, history, paused, start }: CanaryStatus,
  cut: (text: string) => string,
): Partial<CanaryStatus> {
  const shorter = <
    Part extends { readonly reason?: string; readonly message?: string; readonly cause?: string },
  >(
    part: Part,
  ): Part => ({
    ...part,
    ...(part.reason === undefined ? {} : { reason: cut(part.reason) }),
    ...(part.message === undefined ? {} : { message: cut(part.message) }),
    ...(part.cause === undefined ? {} : { cause: cut(part.cause) }),
  });
  return {
    ...(decisions === undefined ? {} : { decisions: decisions.map(shorter) }),
    ...(history === undefined ? {} : { history: history.map(shorter) }),
    ...(paused === undefined ? {} : { paused: shorter(paused) }),
    ...(start === undefined ? {} : { start: shorter(start) }),
    ...(approvals === undefined
      ? {}
      : {
          approvals: approvals.map((approval) =>
            approval.votes === undefined ? approval : { ...approval, votes: approval.votes.map(shorter) },
          ),
        }),
  };
}

/** At most `length` bytes, and no broken character at the end. */
function cutBytes(text: string, length: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= length) return text;
  return bytes
    .subarray(0, length)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}

function dropEvents(status: CanaryStatus, limit: number): CanaryStatus {
  let outbox = status.outbox ?? [];
  let dropped = status.outboxDropped ?? 0;
  while (sizeOf({ ...status, outbox }) > limit) {
    const oldest = outbox.findIndex((entry) => entry.kind === 'event');
    if (oldest === -1) break;
    outbox = outbox.toSpliced(oldest, 1);
    dropped += 1;
  }
  return { ...status, outbox, outboxDropped: dropped };
}
