import * as Type from 'typebox';
import type { Static } from 'typebox';

import { adoptedSchema, servingSchema } from './serving-status.ts';

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
      description: 'What the condition is about, such as Promoted, Invalid or TwoControllers.',
    }),
    status: Type.String({ description: 'True, False or Unknown.' }),
    reason: Type.String({ description: 'One word; of Promoted the phase.' }),
    message: Type.Optional(Type.String({ description: 'One sentence for people.' })),
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
      Type.Number({ description: 'The value judged; milliseconds for request-duration.' }),
    ),
    message: Type.String({ description: 'The comparison or the cause, for people.' }),
    at: time('When it was judged.'),
  },
  { description: 'What a metric last measured.' },
);
export type MetricResult = Static<typeof metricResultSchema>;

export const runSchema = Type.Object(
  {
    id: Type.String({ description: 'Names this run; every verdict, decision and delivery carries it.' }),
    revision: Type.String({ description: 'Scheme-tagged hash of the revision under analysis.' }),
    targetUid: Type.String({ description: 'uid of the target when the run began.' }),
    targetGeneration: Type.Integer({
      description: 'generation of the target when it was last seen at this revision.',
    }),
    startedAt: time('When the run began.'),
    phaseSince: time('When the present phase was entered; its deadline counts from here.'),
    notReadySince: Type.Optional(
      time('Since when the workload waited for is not ready; the progress deadline counts from here.'),
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
      Type.Boolean({ description: 'The one uncounted wait for metrics without values was used.' }),
    ),
    stalePods: Type.Optional(
      Type.Boolean({
        description:
          'Pods of the target read another configuration when they started, and are to be stopped first.',
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
    oldImages: Type.Optional(Type.Array(Type.String(), { description: 'Images the primary ran.' })),
    newImages: Type.Optional(Type.Array(Type.String(), { description: 'Images under analysis.' })),
    cause: Type.Optional(Type.String({ description: 'Why the run was rolled back, in one sentence.' })),
    undo: Type.Optional(
      Type.Object(
        {
          to: Type.String({ description: 'Name of the ControllerRevision that the primary gets back.' }),
          reason: Type.String({ description: 'Reason of the Event that began it, such as Aborted.' }),
        },
        {
          description:
            'The primary is being put back to what it ran before this run; present from the decision to the end of the run.',
        },
      ),
    ),
    metrics: Type.Optional(
      Type.Array(metricResultSchema, { description: 'The last result of each metric.' }),
    ),
  },
  { description: 'The run of one revision, from its first gate to its end; stays until the next.' },
);
export type Run = Static<typeof runSchema>;

export const abortSchema = Type.Object(
  {
    request: Type.String({ description: 'Value of the annotation sluice.dev/abort, as it was dealt with.' }),
    run: Type.Optional(Type.String({ description: 'The run it met; absent when there was none.' })),
    result: Type.String({
      description:
        'rolled-back, held (what ran before is not known: the canary keeps the traffic), too-late (what ran before is not known), stale or nothing-to-abort.',
    }),
    message: Type.String({ description: 'What came of it, in one sentence.' }),
    at: time('When it was dealt with.'),
  },
  {
    description: 'The last request to abort; stays until the annotation is taken away or another one comes.',
  },
);
export type Abort = Static<typeof abortSchema>;

export const hookResultSchema = Type.Object(
  {
    name: Type.String({ description: 'Name of the hook in spec.analysis.webhooks.' }),
    type: Type.String({ description: 'Type of the hook.' }),
    index: Type.Integer({ description: 'Its place in spec.analysis.webhooks.' }),
    id: Type.String({ description: 'deliveryId of the last call.' }),
    outcome: Type.String({ description: 'passed, denied, failed (could not tell) or cancelled.' }),
    code: Type.Optional(Type.Integer({ description: 'HTTP status; absent when no answer came.' })),
    message: Type.Optional(
      Type.String({ description: 'Text of the answer or the cause, at most 1 KiB, masked.' }),
    ),
    attempts: Type.Integer({ description: 'HTTP requests this call took.' }),
    durationMs: Type.Integer({ description: 'How long the call took, in milliseconds.' }),
    step: Type.Integer({ description: 'run.step at the time of the call.' }),
    at: time('When the answer came.'),
  },
  { description: 'What a hook last answered.' },
);
export type HookResult = Static<typeof hookResultSchema>;

export const waitingSchema = Type.Object(
  {
    step: Type.String({ description: 'The step of the pass that stopped, such as ask-confirm-promotion.' }),
    for: Type.String({ description: 'hook, interval, workload, metric, routes, person or api.' }),
    reason: Type.Optional(
      Type.String({
        description: 'The same in one word, CamelCase, such as GateClosed, Suspended or Invalid.',
      }),
    ),
    name: Type.Optional(Type.String({ description: 'The hook, workload or metric waited for.' })),
    message: Type.String({ description: 'One sentence: what it waits for and what happens then.' }),
    since: time('Since when.'),
    until: Type.Optional(time('When it is looked at again or given up.')),
  },
  { description: 'The one thing the rollout waits for; absent while it waits for nothing.' },
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
      description: 'Its place in spec.analysis.webhooks; -1 for the global event webhook.',
    }),
    phase: Type.String({ description: 'Phase that the payload reports.' }),
    runId: Type.Optional(Type.String()),
    revision: Type.Optional(Type.String({ description: 'Revision of that run.' })),
    message: Type.Optional(Type.String({ description: 'eventMessage, of an event.' })),
    eventType: Type.Optional(Type.String({ description: 'Normal or Warning, of an event.' })),
    at: time('When it happened.'),
  },
  { description: 'An announcement that is still owed.' },
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
  { description: 'An announcement that was given up.' },
);
export type DeadLetter = Static<typeof deadLetterSchema>;

export const canaryStatusSchema = Type.Object({
  phase: Type.Enum([...phases], { description: 'Phase of the canary.' }),
  failedChecks: Type.Number({ description: 'Failed checks of the present or last run.' }),
  canaryWeight: Type.Number({ description: 'Percent of traffic last routed to the canary.' }),
  iterations: Type.Number({ description: 'Iterations done.' }),
  lastAppliedSpec: Type.Optional(Type.String({ description: 'Revision last seen and acted on.' })),
  lastPromotedSpec: Type.Optional(Type.String({ description: 'Revision that the primary runs.' })),
  lastTransitionTime: Type.Optional(time('When the phase last changed.')),
  trackedConfigs: Type.Optional(Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()])),
  sessionAffinityCookie: Type.Optional(Type.String()),
  previousSessionAffinityCookie: Type.Optional(Type.String()),
  primarySessionAffinityCookie: Type.Optional(Type.String()),
  conditions: Type.Optional(Type.Array(conditionSchema)),
  adopted: Type.Optional(adoptedSchema),
  serving: Type.Optional(servingSchema),
  observedGeneration: Type.Optional(Type.Integer({ description: 'Generation of the Canary last acted on.' })),
  run: Type.Optional(runSchema),
  hooks: Type.Optional(
    Type.Array(hookResultSchema, { description: 'The last answer of each hook of this run.' }),
  ),
  waiting: Type.Optional(waitingSchema),
  abort: Type.Optional(abortSchema),
  outbox: Type.Optional(
    Type.Array(outboxEntrySchema, { description: 'Announcements not yet acknowledged.' }),
  ),
  outboxDropped: Type.Optional(
    Type.Integer({ description: 'Event announcements dropped because the outbox was full.' }),
  ),
  deadLetters: Type.Optional(
    Type.Array(deadLetterSchema, { description: 'The last announcements given up.' }),
  ),
});
export type CanaryStatus = Static<typeof canaryStatusSchema>;
