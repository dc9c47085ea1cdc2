import * as Type from 'typebox';
import type { Static } from 'typebox';

import type { DeepReadonly } from './deep-readonly.ts';
import { shortDuration, text, textMap } from './schema-parts.ts';

export const canaryMetricSchema = Type.Object(
  {
    name: text('A built-in check (request-success-rate, request-duration), or a name of your own.'),
    interval: Type.Optional(shortDuration('Time the query looks back over.')),
    threshold: Type.Optional(
      Type.Number({ description: 'Largest value allowed; of request-success-rate the smallest.' }),
    ),
    thresholdRange: Type.Optional(
      Type.Object(
        {
          min: Type.Optional(Type.Number({ description: 'Smallest value allowed.' })),
          max: Type.Optional(Type.Number({ description: 'Largest value allowed.' })),
        },
        { description: 'The values allowed.' },
      ),
    ),
    query: Type.Optional(text('A query in the language of Prometheus.')),
    templateRef: Type.Optional(
      Type.Object(
        {
          name: text('Name of the MetricTemplate.'),
          namespace: Type.Optional(text('Its namespace; that of the Canary when absent.')),
        },
        { description: 'The MetricTemplate to ask.' },
      ),
    ),
    templateVariables: Type.Optional(textMap('Values for the variables of the template.')),
  },
  { description: 'A measured value that must be in range.' },
);

export type CanaryMetric = DeepReadonly<Static<typeof canaryMetricSchema>>;
