import * as Type from 'typebox';
import type { Static } from 'typebox';

import type { DeepReadonly } from './deep-readonly.ts';
import { shortDuration, text, textMap } from './schema-parts.ts';

export const canaryMetricSchema = Type.Object(
  {
    name: text(
      'A built-in check (request-success-rate, request-duration), or any name for a query of your own.',
    ),
    interval: Type.Optional(shortDuration('Time range of the query.')),
    threshold: Type.Optional(
      Type.Number({ description: 'Largest allowed value; for request-success-rate the smallest.' }),
    ),
    thresholdRange: Type.Optional(
      Type.Object(
        {
          min: Type.Optional(Type.Number({ description: 'Smallest allowed value.' })),
          max: Type.Optional(Type.Number({ description: 'Largest allowed value.' })),
        },
        { description: 'Range of allowed values.' },
      ),
    ),
    query: Type.Optional(text('A PromQL query, sent to metricsServer.')),
    templateRef: Type.Optional(
      Type.Object(
        {
          name: text('Name of the MetricTemplate.'),
          namespace: Type.Optional(text('Its namespace; that of the Canary when absent.')),
        },
        { description: 'MetricTemplate that holds the query.' },
      ),
    ),
    templateVariables: Type.Optional(textMap('Values for the variables of the template.')),
  },
  { description: 'A query whose result must be in range.' },
);

export type CanaryMetric = DeepReadonly<Static<typeof canaryMetricSchema>>;
