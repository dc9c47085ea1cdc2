import * as Type from 'typebox';
import type { Static } from 'typebox';

import {
  approvalSchema,
  decisionSchema,
  pastRunSchema,
  pausedSchema,
  promotedBySchema,
  startedBySchema,
} from './decision-status.ts';
import { adoptedSchema, servingSchema } from './serving-status.ts';

export type { Approval, DecisionRecord, PastRun, Paused, Verb, Vote } from './decision-status.ts';

export type { Adopted, ServedBy, Serving } from './serving-status.ts';

/**
 * The `status` of a Canary: a superset of Flagger's fields. Only the pass writes it. Times are
 * RFC 3339 in UTC. Answers kept here are at most 1 KiB each; the whole status stays under 64 KiB.
 */

export const phases = [
  '',
  'Initializing',
  'Initialized',
  'Waiting',
  'Progressing',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
  'Succeeded',
  'Failed',
  'Terminating',
  'Terminated',
] as const;
export type Phase = (typeof phases)[number];

export const outcomes = ['passed', 'denied', 'failed', 'cancelled'] as const;
/** passed: 2xx. denied: another status. failed: could not tell. cancelled: superseded, aborted or deleted. */
export type Outcome = (typeof outcomes)[number];

const time = (description: string) => Type.String({ format: 'date-time', description });

export const conditionSchema = Type.Object(
  {
    type: Type.String({
      description: 'Type of the condition, such as Promoted, Invalid or TwoControllers.',
    }),
    status: Type.String({ description: 'True, False or Unknown.' }),
    reason: Type.String({ description: 'Reason in CamelCase; of Promoted the phase.' }),
    message: Type.Optional(Type.String({ description: 'Message for people, one sentence.' })),
    lastUpdateTime: Type.Optional(time('When anything of the condition last changed.')),
    lastTransitionTime: Type.Optional(time('When its status last changed.')),
  },
  { description: 'A condition, as other Kubernetes objects have them.' },
);
export type Condition = Static<typeof conditionSchema>;

export const metricResultSchema = Type.Object(
  {
    name: Type.String({ description: 'Name of the metric in spec.analysis.metrics.' }),
    verdict: Type.String({
      description: 'passed, denied (out of range), no-data or failed (could not tell).',
    }),
    value: Type.Optional(
      Type.Number({ description: 'Value of the query; milliseconds for request-duration.' }),
    ),
    message: Type.String({ description: 'Comparison with the range, or the cause of the failure.' }),
    at: time('When it was judged.'),
  },
  { description: 'Last result of a metric.' },
);
export type MetricResult = Static<typeof metricResultSchema>;

export const runSchema = Type.Object(
  {
    id: Type.String({ description: 'Id of the run, which webhook payloads carry as runId.' }),
    revision: Type.String({ description: 'Scheme-tagged hash of the revision under analysis.' }),
    targetUid: Type.String({ description: 'uid of the target when the run began.' }),
    targetGeneration: Type.Integer({
      description: 'generation of the target when it was last read at this revision.',
    }),
    startedAt: time('When the run began.'),
    phaseSince: time('Time at which the current phase was entered; its deadline counts from it.'),
    notReadySince: Type.Optional(
      time('Time since which the workload is not ready; the progress deadline counts from it.'),
    ),
    step: Type.Integer({ description: 'Weight steps or iterations done.' }),
    round: Type.Integer({ description: 'Rounds of checks judged so far.' }),
    preRollout: Type.Optional(Type.String({ description: 'passed once every pre-rollout hook has passed.' })),
    confirmPromotion: Type.Optional(
      Type.String({
        description: 'passed once promotion was confirmed and all traffic given to the canary.',
      }),
    ),
    noDataGrace: Type.Optional(
      Type.Boolean({
        description: 'Whether the run has waited once, uncounted, for metrics without values.',
      }),
    ),
    stalePods: Type.Optional(
      Type.Boolean({
        description: 'Pods of the target started with another configuration and are stopped first.',
      }),
    ),
    mirrored: Type.Optional(Type.Boolean({ description: 'Traffic is mirrored to the canary at this step.' })),
    redraw: Type.Optional(
      Type.Object(
        {
          cookie: Type.String({ description: 'The cookie, as name=value.' }),
          weight: Type.Integer({ description: 'Canary weight at which it was given, in percent.' }),
        },
        { description: "The primary's session cookie of the step before, whose holders are drawn again." },
      ),
    ),
    oldImages: Type.Optional(
      Type.Array(Type.String(), { description: 'Images of the primary before the run.' }),
    ),
    newImages: Type.Optional(Type.Array(Type.String(), { description: 'Images under analysis.' })),
    cause: Type.Optional(Type.String({ description: 'Why the run was rolled back, in one sentence.' })),
    undo: Type.Optional(
      Type.Object(
        {
          to: Type.String({ description: 'Name of the ControllerRevision that the primary gets back.' }),
          reason: Type.String({ description: 'Reason of the Event that began the undo, such as Aborted.' }),
        },
        {
          description:
            'The primary is being put back to its previous version; present from the decision to the end of the run.',
        },
      ),
    ),
    from: Type.Optional(Type.String({ description: 'Revision that the primary ran before the run.' })),
    requestedBy: Type.Optional(
      Type.String({ description: 'Value of the annotation sluice.dev/requested-by of the target.' }),
    ),
    promote: Type.Optional(promotedBySchema),
    metrics: Type.Optional(
      Type.Array(metricResultSchema, { description: 'The last result of each metric.' }),
    ),
  },
  { description: 'The current or last run: one revision, from its first gate to its end.' },
);
export type Run = Static<typeof runSchema>;

export const abortSchema = Type.Object(
  {
    request: Type.String({ description: 'Value of the annotation sluice.dev/abort.' }),
    run: Type.Optional(
      Type.String({ description: 'Id of the run that was aborted; absent when there was none.' }),
    ),
    result: Type.String({
      description:
        'rolled-back, held (what ran before is not known: the canary keeps the traffic), too-late (what ran before is not known), stale or nothing-to-abort.',
    }),
    message: Type.String({ description: 'Result of the abort, one sentence.' }),
    at: time('Time at which the abort was handled.'),
  },
  {
    description: 'The last abort; kept until the annotation is removed or changed.',
  },
);
export type Abort = Static<typeof abortSchema>;

export const hookResultSchema = Type.Object(
  {
    name: Type.String({ description: 'Name of the hook in spec.analysis.webhooks.' }),
    type: Type.String({ description: 'Type of the hook.' }),
    index: Type.Integer({ description: 'Index of the hook in spec.analysis.webhooks.' }),
    id: Type.String({ description: 'deliveryId of the last call.' }),
    outcome: Type.String({ description: 'passed, denied, failed (could not tell) or cancelled.' }),
    code: Type.Optional(Type.Integer({ description: 'HTTP status; absent when no answer came.' })),
    message: Type.Optional(
      Type.String({ description: 'Text of the answer or the cause, at most 1 KiB, masked.' }),
    ),
    attempts: Type.Integer({ description: 'Number of HTTP requests, retries included.' }),
    durationMs: Type.Integer({ description: 'Duration of the call in milliseconds.' }),
    step: Type.Integer({ description: 'run.step at the time of the call.' }),
    at: time('When the answer came.'),
  },
  { description: 'Last answer of a hook.' },
);
export type HookResult = Static<typeof hookResultSchema>;

export const waitingSchema = Type.Object(
  {
    step: Type.String({ description: 'Step of the rollout that waits, such as ask-confirm-promotion.' }),
    for: Type.String({ description: 'hook, interval, workload, metric, routes, person or api.' }),
    reason: Type.Optional(
      Type.String({
        description: 'Reason in CamelCase, such as GateClosed, Suspended or Invalid.',
      }),
    ),
    name: Type.Optional(
      Type.String({ description: 'Name of the hook, workload or metric that is waited for.' }),
    ),
    message: Type.String({
      description: 'Message for people: what the rollout waits for, and what happens next.',
    }),
    since: time('Since when.'),
    until: Type.Optional(time('Time of the next try or of the deadline.')),
  },
  { description: 'What the rollout waits for; absent when it waits for nothing.' },
);
export type Waiting = Static<typeof waitingSchema>;

export const outboxEntrySchema = Type.Object(
  {
    id: Type.String({ description: 'deliveryId; the same for every attempt.' }),
    kind: Type.String({ description: 'event or post-rollout.' }),
    hook: Type.String({
      description: 'Name of the hook in spec.analysis.webhooks; empty for the global event webhook.',
    }),
    index: Type.Integer({
      description: 'Index of the hook in spec.analysis.webhooks; -1 for the global event webhook.',
    }),
    phase: Type.String({ description: 'Phase that the payload reports.' }),
    runId: Type.Optional(Type.String()),
    revision: Type.Optional(Type.String({ description: 'Revision of that run.' })),
    message: Type.Optional(Type.String({ description: 'eventMessage of an event.' })),
    eventType: Type.Optional(Type.String({ description: 'Type of an event: Normal or Warning.' })),
    at: time('When it happened.'),
  },
  { description: 'An announcement (event or post-rollout) that no receiver has acknowledged yet.' },
);
export type OutboxEntry = Static<typeof outboxEntrySchema>;

export const deadLetterSchema = Type.Object(
  {
    id: Type.String(),
    kind: Type.String(),
    hook: Type.String(),
    reason: Type.String({ description: 'The last answer or cause.' }),
    at: time('When it was given up.'),
  },
  { description: 'An announcement that was given up after its retries.' },
);
export type DeadLetter = Static<typeof deadLetterSchema>;

export const canaryStatusSchema = Type.Object({
  phase: Type.Enum([...phases], { description: 'Phase of the canary.' }),
  failedChecks: Type.Number({ description: 'Failed checks of the current or last run.' }),
  canaryWeight: Type.Number({ description: 'Percent of traffic last routed to the canary.' }),
  iterations: Type.Number({ description: 'Iterations done.' }),
  lastAppliedSpec: Type.Optional(Type.String({ description: 'Last revision that a run was started for.' })),
  lastPromotedSpec: Type.Optional(Type.String({ description: 'Revision that the primary runs.' })),
  lastTransitionTime: Type.Optional(time('When the phase last changed.')),
  trackedConfigs: Type.Optional(Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()])),
  sessionAffinityCookie: Type.Optional(Type.String()),
  previousSessionAffinityCookie: Type.Optional(Type.String()),
  primarySessionAffinityCookie: Type.Optional(Type.String()),
  conditions: Type.Optional(Type.Array(conditionSchema)),
  adopted: Type.Optional(adoptedSchema),
  serving: Type.Optional(servingSchema),
  observedGeneration: Type.Optional(
    Type.Integer({ description: 'generation of the Canary that the controller last acted on.' }),
  ),
  run: Type.Optional(runSchema),
  hooks: Type.Optional(
    Type.Array(hookResultSchema, { description: 'The last answer of each hook of this run.' }),
  ),
  waiting: Type.Optional(waitingSchema),
  abort: Type.Optional(abortSchema),
  paused: Type.Optional(pausedSchema),
  start: Type.Optional(startedBySchema),
  approvals: Type.Optional(
    Type.Array(approvalSchema, {
      description: 'Approvals of the current run: the waiting, and the last decided.',
    }),
  ),
  decisions: Type.Optional(
    Type.Array(decisionSchema, { description: 'The last decisions of people, newest last.' }),
  ),
  history: Type.Optional(Type.Array(pastRunSchema, { description: 'The last runs, newest last.' })),
  outbox: Type.Optional(
    Type.Array(outboxEntrySchema, { description: 'Announcements that are not acknowledged yet.' }),
  ),
  outboxDropped: Type.Optional(
    Type.Integer({ description: 'Event announcements dropped because the outbox was full.' }),
  ),
  deadLetters: Type.Optional(
    Type.Array(deadLetterSchema, { description: 'The last announcements that were given up.' }),
  ),
});
export type CanaryStatus = Static<typeof canaryStatusSchema>;
