import * as Type from 'typebox';
import type { Static } from 'typebox';

import { bounds } from './bounds.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import { namespaceName, objectName, query, shortDuration, text, textMap } from './schema-parts.ts';

export const canaryMetricSchema = Type.Object(
  {
    name: text(
      'A built-in check (request-success-rate, request-duration), or any name for a query of your own.',
      { maxLength: bounds.name },
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
    query: Type.Optional(query('A PromQL query, sent to metricsServer.')),
    templateRef: Type.Optional(
      Type.Object(
        {
          name: objectName('Name of the MetricTemplate.'),
          namespace: Type.Optional(namespaceName('Its namespace; that of the Canary when absent.')),
        },
        { description: 'MetricTemplate that holds the query.' },
      ),
    ),
    templateVariables: Type.Optional(
      textMap('Values for the variables of the template.', {
        entries: bounds.partEntries,
        length: bounds.value,
      }),
    ),
  },
  { description: 'A query whose result must be in range.' },
);

export type CanaryMetric = DeepReadonly<Static<typeof canaryMetricSchema>>;
