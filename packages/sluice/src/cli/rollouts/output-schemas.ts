import * as Type from 'typebox';
import type { Static, TProperties, TSchema } from 'typebox';
import type { DeepReadonly } from '../../api/deep-readonly.ts';
import { decisionSchema } from '../../api/decision-status.ts';
import { rolloutViewSchema } from '../../view/rollout-view-schema.ts';
import type { EventView } from './events.ts';
import type { GateView } from './gate-list.ts';
import type { UnreadableView } from './read-rollout.ts';

/** JSON schemas of what commands print with `-o json`, beside that of a `RolloutView`: deploy/schemas/. */

const closed = <const Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });
const orNull = <const Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const text = Type.String();
const time = Type.String({ format: 'date-time' });
const place = closed({ namespace: text, name: text });
const object = <const Kind extends string, const Properties extends TProperties>(
  kind: Kind,
  properties: Properties,
) => closed({ apiVersion: Type.Literal('cli.sluice.dev/v1'), kind: Type.Literal(kind), ...properties });

const view = rolloutViewSchema.properties;

const unreadable = object('UnreadableCanary', { metadata: place, why: text });

const gate = closed({
  namespace: text,
  name: text,
  gate: Type.String({ description: 'Value of --gate: id of the approval, or name of the hook.' }),
  hook: text,
  type: text,
  revision: text,
  answeredBy: Type.String({ description: 'Who may approve, or the masked URL of a program.' }),
  since: orNull(time),
  deadline: orNull(time),
  onDeadline: orNull(text),
});

const event = closed({
  lastSeen: Type.String({ description: 'RFC 3339; empty where the event has no time.' }),
  type: text,
  reason: text,
  message: text,
  count: Type.Integer(),
  source: text,
});

export interface OutputSchema {
  /** Command lines that print it. */
  readonly printedBy: string;
  readonly schema: TSchema;
}

/** By `kind`. */
export const outputSchemas = {
  RolloutViewList: {
    printedBy: '`sluice get -o json`',
    schema: object('RolloutViewList', { items: Type.Array(Type.Union([rolloutViewSchema, unreadable])) }),
  },
  GateList: {
    printedBy: '`sluice gate list -o json`',
    schema: object('GateList', { items: Type.Array(gate) }),
  },
  HookList: {
    printedBy: '`sluice hooks -o json`',
    schema: object('HookList', { metadata: view.metadata, hooks: view.hooks, deliveries: view.deliveries }),
  },
  RolloutHistory: {
    printedBy: '`sluice history -o json`',
    schema: object('RolloutHistory', {
      metadata: view.metadata,
      history: view.history,
      decisions: view.decisions,
    }),
  },
  EventList: {
    printedBy: '`sluice events -o json`',
    schema: object('EventList', { metadata: place, items: Type.Array(event) }),
  },
  Decision: {
    printedBy: '`sluice approve -o json` and the other commands that decide',
    schema: object('Decision', { metadata: place, decision: decisionSchema }),
  },
  Error: {
    printedBy: 'a command that fails, with `-o json`,',
    schema: object('Error', {
      code: Type.Integer({ description: 'Exit code.' }),
      what: text,
      why: text,
      next: Type.Array(text),
    }),
  },
} satisfies Readonly<Record<string, OutputSchema>>;

/** Name of the schema's file: `GateList` is in gate-list.schema.json. */
export const schemaFile = (kind: string): string =>
  `${kind.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.schema.json`;

type Fits<Value, Schema extends TSchema> = Value extends DeepReadonly<Static<Schema>> ? true : never;
/** Whether the types fit the schemas. */
export const typesFitSchemas: readonly [
  Fits<GateView, typeof gate>,
  Fits<EventView, typeof event>,
  Fits<UnreadableView, typeof unreadable>,
] = [true, true, true];
