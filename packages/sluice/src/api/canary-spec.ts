import * as Type from 'typebox';
import type { Static } from 'typebox';

import { canaryAnalysisSchema } from './canary-analysis.ts';
import { canaryServiceSchema } from './canary-service.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import {
  autoscalerRefSchema,
  ingressRefSchema,
  routeRefSchema,
  targetRefSchema,
  upstreamRefSchema,
} from './references.ts';
import { choice, flag, url, whole } from './schema-parts.ts';

/** Values that the API server accepts as `spec.provider`; the router registry decides which of them are served. */
export const providerNames = [
  'apisix',
  'appmesh',
  'appmesh:v1beta2',
  'contour',
  'gatewayapi:v1',
  'gatewayapi:v1beta1',
  'gloo',
  'istio',
  'knative',
  'kubernetes',
  'kuma',
  'linkerd',
  'nginx',
  'osm',
  'skipper',
  'smi:v1alpha1',
  'smi:v1alpha2',
  'smi:v1alpha3',
  'traefik',
] as const;

export const canarySpecSchema = Type.Object(
  {
    provider: Type.Optional(
      choice(providerNames, "What splits traffic; the controller's -mesh-provider when absent."),
    ),
    metricsServer: Type.Optional(
      url("Address of the Prometheus for built-in checks; the controller's -metrics-server when absent."),
    ),
    targetRef: targetRefSchema,
    autoscalerRef: Type.Optional(autoscalerRefSchema),
    ingressRef: Type.Optional(ingressRefSchema),
    routeRef: Type.Optional(routeRefSchema),
    upstreamRef: Type.Optional(upstreamRefSchema),
    service: Type.Optional(canaryServiceSchema),
    analysis: canaryAnalysisSchema,
    progressDeadlineSeconds: Type.Optional(
      whole('Seconds in which the target must make progress before the rollout fails; default 600.'),
    ),
    skipAnalysis: Type.Optional(flag('Promote new revisions without analysis.')),
    revertOnDeletion: Type.Optional(flag('Give the traffic back to the target when the Canary is deleted.')),
    suspend: Type.Optional(flag('Pause the Canary: no run starts or continues.')),
  },
  { description: 'The workload that is rolled out, and how.' },
);

export type CanarySpec = DeepReadonly<Static<typeof canarySpecSchema>>;
