import * as Type from 'typebox';

import { bounds } from './bounds.ts';
import { choice, namespaceName, objectName, text, textMap } from './schema-parts.ts';

const apiVersion = text('API group and version of the object, such as apps/v1.', {
  maxLength: bounds.apiVersion,
});
const name = objectName('Name of the object, in the namespace of the Canary.');

/** The schema accepts a StatefulSet, so that the status of the Canary can refuse it with a sentence for people. */
export const targetKinds = ['DaemonSet', 'Deployment', 'Service', 'StatefulSet'] as const;
export const scalerKinds = ['HorizontalPodAutoscaler', 'ScaledObject'] as const;

export const targetRefSchema = Type.Object(
  { apiVersion, kind: choice(targetKinds, 'Kind of the workload.'), name },
  { description: 'The workload whose new revisions are rolled out.' },
);

export const autoscalerRefSchema = Type.Object(
  {
    apiVersion,
    kind: choice(scalerKinds, 'Kind of the scaler.'),
    name,
    primaryScalerQueries: Type.Optional(
      textMap('KEDA only: queries that scale the primary, by name of the trigger.', {
        entries: bounds.partEntries,
        length: bounds.query,
      }),
    ),
    primaryScalerReplicas: Type.Optional(
      Type.Object(
        {
          minReplicas: Type.Optional(Type.Integer({ minimum: 1, description: 'Smallest number of pods.' })),
          maxReplicas: Type.Optional(Type.Integer({ minimum: 1, description: 'Largest number of pods.' })),
        },
        { description: "Bounds of the primary's scaler where they differ from the target's." },
      ),
    ),
  },
  { description: 'Autoscaler of the target; the primary gets a copy.' },
);

export const ingressRefSchema = Type.Object(
  { apiVersion, kind: choice(['Ingress'], 'Always Ingress.'), name },
  { description: 'The Ingress that nginx or skipper split traffic with.' },
);

export const routeRefSchema = Type.Object(
  { apiVersion, kind: choice(['ApisixRoute'], 'Always ApisixRoute.'), name },
  { description: 'The route that APISIX splits traffic with.' },
);

export const upstreamRefSchema = Type.Object(
  {
    apiVersion,
    kind: choice(['Upstream'], 'Always Upstream.'),
    name,
    namespace: Type.Optional(namespaceName('Namespace of the upstream; default that of the Canary.')),
  },
  { description: 'Gloo upstream whose settings the generated upstreams copy.' },
);
