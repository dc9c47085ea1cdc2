import * as Type from 'typebox';
import type { Static } from 'typebox';

import { bounds } from './bounds.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import {
  choice,
  flag,
  int32,
  list,
  longDuration,
  shortDuration,
  text,
  textMap,
  url,
  whole,
} from './schema-parts.ts';

/** Most users that one approval may need. */
export const mostVotes = 10;

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

const onDeadlines = ['rollback', 'pass', 'keep-waiting'] as const;

const userNames = (description: string) =>
  list(text('Name, as Kubernetes knows it.', { maxLength: bounds.name }), description, {
    entries: bounds.parts,
  });

export const approvalSpecSchema = Type.Object(
  {
    approvers: Type.Optional(
      Type.Object(
        {
          users: Type.Optional(userNames('Users who may decide.')),
          groups: Type.Optional(userNames('Groups whose members may decide.')),
        },
        { description: 'Who may decide; default everybody with the permission to approve canaries.' },
      ),
    ),
    quorum: Type.Optional(
      int32('Number of users that must approve; default 1.', { minimum: 1, maximum: mostVotes }),
    ),
    requesterMayApprove: Type.Optional(
      flag(
        'Whether the user in the annotation sluice.dev/requested-by of the target may approve; default true.',
      ),
    ),
    reasonRequired: Type.Optional(flag('Whether an approval needs a reason; default false.')),
    allowClaimedNames: Type.Optional(
      flag(
        'Whether names count that the API server did not verify; default true without approvers, false with them.',
      ),
    ),
    deadline: Type.Optional(longDuration('Time for the decision; default none.')),
    onDeadline: Type.Optional(choice(onDeadlines, 'What happens at the deadline; default rollback.')),
    remindEvery: Type.Optional(longDuration('Time between two reminders while it waits; default none.')),
  },
  { description: 'People decide instead of a program: by console, command, kubectl or chat.' },
);

export type ApprovalSpec = DeepReadonly<Static<typeof approvalSpecSchema>>;

export const canaryWebhookSchema = Type.Object(
  {
    name: text('Name of the webhook, for events and payloads.', { maxLength: bounds.name }),
    type: Type.Optional(
      choice(webhookTypes, 'Point of the rollout at which the webhook is called; default rollout.'),
    ),
    url: Type.Optional(url('Absolute URL, http or https; not beside an approval.')),
    approval: Type.Optional(approvalSpecSchema),
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
  {
    description: 'A webhook: the program to call, at which point of the rollout, and how.',
    oneOf: [{ required: ['url'] }, { required: ['approval'] }],
    allowed: 'either url or approval: a program decides, or people do',
  },
);

export type CanaryWebhook = DeepReadonly<Static<typeof canaryWebhookSchema>>;
