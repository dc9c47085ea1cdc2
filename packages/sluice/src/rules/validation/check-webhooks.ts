import type { CanaryWebhook } from '../../api/canary.ts';
import { checkDuration } from './check-duration.ts';
import { checkUrl } from './check-url.ts';
import type { Finding } from './finding.ts';

/** `0s` means the longest time-out (rules/hooks/hooks.ts). */
const shortestTimeoutMs = 0;
const shortestPollMs = 1_000;

/** Two webhooks of one name and type are allowed: each is called by itself. */
export function checkWebhooks(webhooks: readonly CanaryWebhook[]): readonly Finding[] {
  return webhooks.flatMap((webhook, index) => {
    const field = `spec.analysis.webhooks[${index}]`;
    return [
      ...checkUrl(`${field}.url`, webhook.url),
      ...checkDuration(`${field}.timeout`, webhook.timeout, shortestTimeoutMs),
      ...checkDuration(`${field}.pollInterval`, webhook.pollInterval, shortestPollMs),
    ];
  });
}
