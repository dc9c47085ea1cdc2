import * as Type from 'typebox';
import type { Static } from 'typebox';

import { bounds } from './bounds.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import { gatewayRefSchema, mirrorSchema } from './gateway-references.ts';
import {
  corsPolicySchema,
  headersSchema,
  httpMatchSchema,
  retriesSchema,
  rewriteSchema,
} from './http-rules.ts';
import { choice, flag, list, objectName, text, textList, textMap, whole } from './schema-parts.ts';
import { trafficPolicySchema } from './traffic-policy.ts';

const metadata = (description: string) =>
  Type.Object(
    {
      labels: Type.Optional(textMap('Labels to add.')),
      annotations: Type.Optional(textMap('Annotations to add.', { length: bounds.longValue })),
    },
    { description },
  );

export const canaryServiceSchema = Type.Object(
  {
    name: Type.Optional(
      objectName('Name of the apex service, which clients call; default the name of the target.'),
    ),
    port: whole('Port of the services.'),
    portName: Type.Optional(objectName('Name of the port; default http.')),
    targetPort: Type.Optional(
      Type.Union([Type.Integer(), Type.String()], {
        maxLength: bounds.name,
        'x-kubernetes-int-or-string': true,
        description: 'Port of the pods, number or name; default the port of the services.',
      }),
    ),
    appProtocol: Type.Optional(text('Protocol of the port (appProtocol), for meshes that do not detect it.')),
    trafficDistribution: Type.Optional(
      choice(['PreferClose', 'PreferSameZone', 'PreferSameNode'], 'Which pods a caller should prefer.'),
    ),
    portDiscovery: Type.Optional(flag('Add the other ports of the containers to the services.')),
    headless: Type.Optional(flag('Make headless services (clusterIP: None).')),
    timeout: Type.Optional(text('Longest time for a request.')),
    backendTimeout: Type.Optional(text('Gateway API: longest time for one request to a backend.')),
    meshName: Type.Optional(text('App Mesh: name of the mesh.')),
    backends: Type.Optional(textList('App Mesh: services that the workload calls.')),
    hosts: Type.Optional(textList('Host names of the routes.')),
    delegation: Type.Optional(flag('Istio: make a virtual service that another one delegates to.')),
    match: Type.Optional(list(httpMatchSchema, 'Requests that the routes match; default all.')),
    rewrite: Type.Optional(rewriteSchema),
    retries: Type.Optional(retriesSchema),
    headers: Type.Optional(headersSchema),
    mirror: Type.Optional(list(mirrorSchema, 'Gateway API: backends that get a copy of each request.')),
    gateways: Type.Optional(textList('Istio: gateways of the virtual service.')),
    gatewayRefs: Type.Optional(
      list(gatewayRefSchema, 'Gateway API: parents of the routes.', { entries: 32 }),
    ),
    corsPolicy: Type.Optional(corsPolicySchema),
    trafficPolicy: Type.Optional(trafficPolicySchema),
    apex: Type.Optional(metadata('Metadata of the apex service.')),
    primary: Type.Optional(metadata('Metadata of the service of the primary.')),
    canary: Type.Optional(metadata('Metadata of the service of the canary.')),
    unmanagedMetadata: Type.Optional(
      Type.Object(
        {
          labels: Type.Optional(textList('Keys of labels that stay.')),
          annotations: Type.Optional(textList('Keys of annotations that stay.')),
        },
        { description: 'Labels and annotations of other programs that stay on the services.' },
      ),
    ),
  },
  { description: 'Services and routes that are generated for the target.' },
);

export type CanaryService = DeepReadonly<Static<typeof canaryServiceSchema>>;
