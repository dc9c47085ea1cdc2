import * as Type from 'typebox';
import type { Static } from 'typebox';

import { bounds } from './bounds.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import type { KubeObject } from '@sluice/kube/objects/kube-object.ts';
import { choice, flag, list, map, objectName, query, text, url } from './schema-parts.ts';

export const metricProviderTypes = [
  'prometheus',
  'influxdb',
  'datadog',
  'externalmetrics',
  'stackdriver',
  'cloudwatch',
  'newrelic',
  'graphite',
  'dynatrace',
  'keptn',
  'splunk',
] as const;

export const metricTemplateSpecSchema = Type.Object(
  {
    provider: Type.Object(
      {
        type: choice(metricProviderTypes, 'Kind of the back end.'),
        address: Type.Optional(url('URL of the back end.')),
        headers: Type.Optional(
          map(
            list(Type.String({ maxLength: bounds.value }), 'Values of the header.'),
            'Headers sent with each query.',
          ),
        ),
        secretRef: Type.Optional(
          Type.Object(
            { name: objectName('Name of a Secret in the namespace of the template.') },
            { description: 'Credentials for the back end.' },
          ),
        ),
        region: Type.Optional(text('Region of the back end, for AWS and others.')),
        insecureSkipVerify: Type.Optional(flag('Accept any TLS certificate.')),
      },
      { description: 'Back end that is queried.' },
    ),
    query: query('The query, a template with variables of the Canary.'),
  },
  { description: 'A query that Canaries refer to by name.' },
);

export type MetricTemplateSpec = DeepReadonly<Static<typeof metricTemplateSpecSchema>>;

export type MetricTemplate = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'> & {
  readonly spec: MetricTemplateSpec;
};
