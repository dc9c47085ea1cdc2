import * as Type from 'typebox';
import type { Static } from 'typebox';

import { bounds } from './bounds.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import { choice, flag, shortDuration, text, textMap, url, whole } from './schema-parts.ts';

/** '' counts as rollout. */
export const webhookTypes = [
  '',
  'confirm-rollout',
  'pre-rollout',
  'rollout',
  'confirm-promotion',
  'post-rollout',
  'event',
  'rollback',
  'confirm-traffic-increase',
] as const;
export type WebhookType = (typeof webhookTypes)[number];

export const canaryWebhookSchema = Type.Object(
  {
    name: text('Name of the webhook, for events and payloads.', { maxLength: bounds.name }),
    type: Type.Optional(
      choice(webhookTypes, 'Point of the rollout at which the webhook is called; default rollout.'),
    ),
    url: url('Absolute URL, http or https.'),
    timeout: Type.Optional(shortDuration('Longest time for each attempt; default 10s.')),
    retries: Type.Optional(whole('Number of retries after the first attempt; default 0.')),
    pollInterval: Type.Optional(
      shortDuration(
        'Time after which a closed gate or a rollback hook is called again, at least 1s; default the analysis interval.',
      ),
    ),
    disableTLS: Type.Optional(flag('Accept any TLS certificate.')),
    muteAlert: Type.Optional(flag('Send no alert when this gate is closed.')),
    metadata: Type.Optional(
      textMap('Metadata that is sent in the payload.', {
        entries: bounds.partEntries,
        length: bounds.longValue,
      }),
    ),
  },
  { description: 'A webhook: the program to call, at which point of the rollout, and how.' },
);

export type CanaryWebhook = DeepReadonly<Static<typeof canaryWebhookSchema>>;
