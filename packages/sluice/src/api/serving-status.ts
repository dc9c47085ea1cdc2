import Type from 'typebox';
import type { Static } from 'typebox';

/** The part of a status that records the names and ports of live traffic, and values that another program left. */

const adoptedNameSchema = Type.Object({
  theirs: Type.String({ description: 'Hash in the status.' }),
  ours: Type.String({ description: 'Revision that the hash stands for.' }),
});

export const adoptedSchema = Type.Object(
  {
    lastAppliedSpec: Type.Optional(adoptedNameSchema),
    lastPromotedSpec: Type.Optional(adoptedNameSchema),
    trackedConfigs: Type.Optional(Type.Record(Type.String(), adoptedNameSchema)),
  },
  {
    description:
      'Hashes of Flagger that stay in the status until their revision changes, so that Flagger finds no change when it takes over again.',
  },
);
export type Adopted = Static<typeof adoptedSchema>;

const portFields = {
  port: Type.Integer({ description: 'Port of the apex and the primary service.' }),
  targetPort: Type.Optional(
    Type.Union([Type.Integer(), Type.String()], {
      'x-kubernetes-int-or-string': true,
      description: 'Port of the pods, number or name.',
    }),
  ),
  portName: Type.Optional(Type.String({ description: 'Name of the port.' })),
  appProtocol: Type.Optional(Type.String({ description: 'Protocol of the port (appProtocol).' })),
};

const servedByFields = {
  kind: Type.String({ description: 'Kind of the target.' }),
  target: Type.String({ description: 'Name of the target.' }),
  provider: Type.String({ description: 'Provider of the routes.' }),
  service: Type.String({ description: 'Name of the apex service.' }),
};
const servedBySchema = Type.Object(servedByFields);
/** The values that the objects of a canary are named by. */
export type ServedBy = Static<typeof servedBySchema>;

export const servingSchema = Type.Object(
  {
    ...servedByFields,
    ...portFields,
    before: Type.Optional(
      Type.Object(portFields, {
        description: 'Ports before the current promotion; restored when it is undone.',
      }),
    ),
    taken: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Objects that were there before the Canary and were taken over, as KIND/NAME.',
      }),
    ),
    former: Type.Optional(
      Type.Array(servedBySchema, {
        description:
          'Former names and provider; their objects are deleted once the new ones carry the traffic.',
      }),
    ),
  },
  {
    description:
      'Names and ports that live traffic uses. New names of the spec take effect when no run is active, new ports with a promotion.',
  },
);
export type Serving = Static<typeof servingSchema>;
