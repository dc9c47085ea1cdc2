import * as Type from 'typebox';
import type { Static } from 'typebox';

import type { DeepReadonly } from './deep-readonly.ts';
import { gatewayRefSchema, mirrorSchema } from './gateway-references.ts';
import {
  corsPolicySchema,
  headersSchema,
  httpMatchSchema,
  retriesSchema,
  rewriteSchema,
} from './http-rules.ts';
import { choice, flag, list, text, textList, textMap, whole } from './schema-parts.ts';
import { trafficPolicySchema } from './traffic-policy.ts';

const metadata = (description: string) =>
  Type.Object(
    {
      labels: Type.Optional(textMap('Labels to add.')),
      annotations: Type.Optional(textMap('Annotations to add.')),
    },
    { description },
  );

export const canaryServiceSchema = Type.Object(
  {
    name: Type.Optional(text('Name of the service people call; the name of the target when absent.')),
    port: whole('Port of the services.'),
    portName: Type.Optional(text('Name of the port; http when absent.')),
    targetPort: Type.Optional(
      Type.Union([Type.Integer(), Type.String()], {
        'x-kubernetes-int-or-string': true,
        description: 'Port of the pods, number or name; the port of the services when absent.',
      }),
    ),
    appProtocol: Type.Optional(text('Protocol that the port speaks, for meshes that do not guess.')),
    trafficDistribution: Type.Optional(
      choice(['PreferClose', 'PreferSameZone', 'PreferSameNode'], 'Which pods a caller should prefer.'),
    ),
    portDiscovery: Type.Optional(flag('Whether the other ports of the containers are served, too.')),
    headless: Type.Optional(flag('Whether the services have no cluster address.')),
    timeout: Type.Optional(text('Longest time for a request.')),
    backendTimeout: Type.Optional(text('Gateway API: longest time for one attempt at a backend.')),
    meshName: Type.Optional(text('App Mesh: name of the mesh.')),
    backends: Type.Optional(textList('App Mesh: services that the workload calls.')),
    hosts: Type.Optional(textList('Host names of the routes.')),
    delegation: Type.Optional(flag('Istio: make a virtual service that another one delegates to.')),
    match: Type.Optional(list(httpMatchSchema, 'Which requests the routes are for; all when absent.')),
    rewrite: Type.Optional(rewriteSchema),
    retries: Type.Optional(retriesSchema),
    headers: Type.Optional(headersSchema),
    mirror: Type.Optional(list(mirrorSchema, 'Gateway API: backends that always get a copy.')),
    gateways: Type.Optional(textList('Istio: gateways of the virtual service.')),
    gatewayRefs: Type.Optional(
      Type.Array(gatewayRefSchema, { maxItems: 32, description: 'Gateway API: parents of the routes.' }),
    ),
    corsPolicy: Type.Optional(corsPolicySchema),
    trafficPolicy: Type.Optional(trafficPolicySchema),
    apex: Type.Optional(metadata('Metadata of the service people call.')),
    primary: Type.Optional(metadata('Metadata of the service of the primary.')),
    canary: Type.Optional(metadata('Metadata of the service of the canary.')),
    unmanagedMetadata: Type.Optional(
      Type.Object(
        {
          labels: Type.Optional(textList('Label keys left alone.')),
          annotations: Type.Optional(textList('Annotation keys left alone.')),
        },
        { description: 'What others put on the services and is not to be taken away.' },
      ),
    ),
  },
  { description: 'The services and routes that are made for the workload.' },
);

export type CanaryService = DeepReadonly<Static<typeof canaryServiceSchema>>;
