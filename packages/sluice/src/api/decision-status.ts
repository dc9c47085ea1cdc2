import * as Type from 'typebox';
import type { Static } from 'typebox';

/** The parts of a Canary's `status` that record what people decided. Times are RFC 3339 in UTC. */

const time = (description: string) => Type.String({ format: 'date-time', description });

export const verbs = [
  'approve',
  'reject',
  'pause',
  'resume',
  'abort',
  'promote',
  'retry',
  'undo',
  'start',
] as const;
/** `start`: begin the run although a freeze or the queue holds it. */
export type Verb = (typeof verbs)[number];

const by = Type.String({
  description: 'Name of the user, as Kubernetes knows it; empty when the request named nobody.',
});
const verified = Type.Boolean({
  description: 'Whether the API server compared the name with the user of the request (decision policy).',
});
const via = Type.String({
  description: 'Way of the decision: kubectl, cli, console, slack, telegram or teams.',
});
const reason = Type.Optional(Type.String({ description: 'Reason that the user gave.' }));

export const voteSchema = Type.Object(
  {
    verdict: Type.String({ description: 'approve or reject.' }),
    by,
    verified,
    via,
    reason,
    at: time('When it was recorded.'),
  },
  { description: 'One answer of one user to an approval.' },
);
export type Vote = Static<typeof voteSchema>;

export const approvalSchema = Type.Object(
  {
    id: Type.String({
      description: 'Id of the approval; a decision names it. One run and one step have their own.',
    }),
    hook: Type.String({ description: 'Name of the hook in spec.analysis.webhooks.' }),
    index: Type.Integer({ description: 'Index of the hook in spec.analysis.webhooks.' }),
    type: Type.String({ description: 'Type of the hook.' }),
    run: Type.String({ description: 'Id of the run.' }),
    revision: Type.String({ description: 'Revision of the run.' }),
    step: Type.Integer({ description: 'run.step when it was asked.' }),
    since: time('When it was asked.'),
    deadline: Type.Optional(time('When onDeadline takes effect.')),
    needed: Type.Integer({ description: 'Number of users that must approve.' }),
    state: Type.String({ description: 'waiting, approved, rejected, expired or cancelled.' }),
    votes: Type.Optional(Type.Array(voteSchema, { description: 'The answers so far, oldest first.' })),
    remindedAt: Type.Optional(time('When the last reminder was sent.')),
  },
  { description: 'An approval that people give or refuse.' },
);
export type Approval = Static<typeof approvalSchema>;

export const decisionSchema = Type.Object(
  {
    verb: Type.String({ description: `What was decided: ${verbs.join(', ')}.` }),
    for: Type.Optional(Type.String({ description: 'Id of the approval or of the run that it names.' })),
    hook: Type.Optional(Type.String({ description: 'Name of the hook whose approval was decided.' })),
    by,
    verified,
    via,
    reason,
    at: time('When it was recorded.'),
    run: Type.Optional(Type.String({ description: 'Id of the run that was current.' })),
    revision: Type.Optional(Type.String({ description: 'Revision of that run.' })),
    result: Type.String({ description: 'done or refused.' }),
    message: Type.String({ description: 'Result, one sentence.' }),
    request: Type.String({ description: 'Hash of the annotations that asked for it.' }),
  },
  { description: 'A decision that somebody made by the annotations sluice.dev/decision*.' },
);
export type DecisionRecord = Static<typeof decisionSchema>;

export const pausedSchema = Type.Object(
  {
    by,
    verified,
    via,
    reason,
    at: time('When it was paused.'),
    until: Type.Optional(time('When it ends by itself.')),
  },
  { description: 'The rollout is paused: no run starts, and no step is taken.' },
);
export type Paused = Static<typeof pausedSchema>;

export const promotedBySchema = Type.Object(
  { by, verified, via, reason, at: time('When it was decided.') },
  { description: 'Somebody skipped the rest of the analysis.' },
);

export const startedBySchema = Type.Object(
  {
    revision: Type.String({ description: 'Revision that may start.' }),
    by,
    verified,
    via,
    reason,
    at: time('When it was decided.'),
  },
  { description: 'Somebody started the run in spite of a freeze or the queue.' },
);

export const pastRunSchema = Type.Object(
  {
    id: Type.String({ description: 'Id of the run.' }),
    revision: Type.String({ description: 'Revision of the run.' }),
    from: Type.Optional(Type.String({ description: 'Revision that the primary ran before the run.' })),
    result: Type.String({ description: 'succeeded, failed, withdrawn or undone.' }),
    startedAt: time('When the run began.'),
    endedAt: time('When the run ended.'),
    images: Type.Optional(
      Type.Array(Type.String(), { description: 'Images of the revision, container=image.' }),
    ),
    cause: Type.Optional(Type.String({ description: 'Why it did not succeed, in one sentence.' })),
    by: Type.Optional(Type.String({ description: 'Name of the user whose decision ended it.' })),
  },
  { description: 'A run that is over.' },
);
export type PastRun = Static<typeof pastRunSchema>;
