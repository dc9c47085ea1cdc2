import * as Type from 'typebox';
import type { Static, TProperties, TSchema } from 'typebox';
import type { DeepReadonly } from '../api/deep-readonly.ts';
import { conditionSchema, deadLetterSchema, outboxEntrySchema, phases } from '../api/canary-status.ts';
import { approvalSchema, decisionSchema, pastRunSchema, pausedSchema } from '../api/decision-status.ts';
import type { RolloutView } from './rollout-view.ts';

/** The JSON schema of a `RolloutView`, which scripts may rely on: deploy/schemas/rollout-view.schema.json. */

const closed = <const Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });
const orNull = <const Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const texts = Type.Array(Type.String());
const text = Type.String();
const time = Type.String({ format: 'date-time' });

const check = closed({
  name: text,
  verdict: text,
  value: orNull(Type.Number()),
  message: text,
  at: time,
  min: orNull(Type.Number()),
  max: orNull(Type.Number()),
});

const hook = closed({
  name: text,
  type: text,
  index: Type.Integer(),
  url: Type.String({ description: 'Masked; empty for an approval.' }),
  judged: Type.Enum(['', 'open', 'hold', 'pass', 'fail', 'ROLL BACK', 'clear', 'delivered', 'lost']),
  outcome: text,
  code: orNull(Type.Integer()),
  message: text,
  deliveryId: text,
  attempts: Type.Integer(),
  durationMs: Type.Integer(),
  step: Type.Integer(),
  at: orNull(time),
});

const wait = closed({
  kind: Type.Enum(['person', 'machine', 'nothing']),
  what: text,
  message: text,
  reason: text,
  step: text,
  since: orNull(time),
  until: orNull(time),
  onDeadline: orNull(text),
  approval: orNull(text),
});

const approval = closed({
  ...approvalSchema.properties,
  approvers: text,
  approved: texts,
  onDeadline: text,
  reasonRequired: Type.Boolean(),
  requesterMayApprove: Type.Boolean(),
  question: text,
});

const run = closed({ id: text, startedAt: time, step: Type.Integer(), cause: text, requestedBy: text });
const action = closed({ verb: text, for: text, does: text, needsReason: Type.Boolean() });
const step = closed({
  label: text,
  state: Type.Enum(['done', 'now', 'waits', 'failed', 'back', 'to-come']),
});

export const rolloutViewSchema = closed({
  apiVersion: Type.Literal('cli.sluice.dev/v1'),
  kind: Type.Literal('RolloutView'),
  metadata: closed({ namespace: text, name: text, uid: text, resourceVersion: text }),
  phase: Type.Enum([...phases]),
  state: Type.Enum(['person', 'machine', 'failed', 'back', 'done', 'idle']),
  target: text,
  strategy: Type.Enum(['canary', 'blue-green', 'ab-testing']),
  provider: text,
  revision: text,
  images: closed({ before: texts, after: texts, text }),
  traffic: closed({ written: Type.Number(), most: Type.Number() }),
  steps: Type.Array(step),
  checks: closed({ failed: Type.Number(), threshold: Type.Number(), metrics: Type.Array(check) }),
  hooks: Type.Array(hook),
  waitsFor: wait,
  run: orNull(run),
  approvals: Type.Array(approval),
  paused: orNull(pausedSchema),
  decisions: Type.Array(decisionSchema),
  history: Type.Array(pastRunSchema),
  deliveries: closed({
    outbox: Type.Array(outboxEntrySchema),
    dropped: Type.Integer(),
    deadLetters: Type.Array(deadLetterSchema),
  }),
  conditions: Type.Array(conditionSchema),
  actions: Type.Array(action),
  since: orNull(time),
});

/** Whether every view fits the schema, as far as types can say. */
export type SchemaOfView = RolloutView extends DeepReadonly<Static<typeof rolloutViewSchema>> ? true : never;
export const viewFitsSchema: SchemaOfView = true;
