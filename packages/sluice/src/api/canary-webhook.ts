import * as Type from 'typebox';
import type { Static } from 'typebox';

import type { DeepReadonly } from './deep-readonly.ts';
import { choice, flag, shortDuration, text, textMap, whole } from './schema-parts.ts';

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
    name: text('Name of the webhook, for events and payloads.'),
    type: Type.Optional(
      choice(webhookTypes, 'When it is called and what its answer decides; rollout when empty.'),
    ),
    url: text('Where it is called: absolute, http or https.'),
    timeout: Type.Optional(shortDuration('Longest time for each attempt; 10s when absent.')),
    retries: Type.Optional(whole('Attempts after the first; 0 when absent.')),
    pollInterval: Type.Optional(
      shortDuration(
        'How often a gate that waits, or a rollback hook, is asked again: 1s and more; the analysis interval when absent.',
      ),
    ),
    disableTLS: Type.Optional(flag('Whether any certificate is accepted.')),
    muteAlert: Type.Optional(flag('Whether no alert is sent when this gate waits.')),
    metadata: Type.Optional(textMap('Passed on in the payload.')),
  },
  { description: 'A question to, or a word for, another program.' },
);

export type CanaryWebhook = DeepReadonly<Static<typeof canaryWebhookSchema>>;
