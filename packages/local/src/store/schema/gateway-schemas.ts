import type { JsonObject } from '../json.ts';
import { routeRule } from './http-route-schema.ts';
import {
  conditions,
  controllerName,
  groupName,
  hostname,
  integer,
  kindName,
  list,
  namespaceName,
  object,
  objectName,
  parentReference,
  port,
  protocolName,
  sectionName,
  text,
} from './schema-parts.ts';

const addresses = list(object({ type: text({ default: 'IPAddress' }), value: text() }), { maxItems: 16 });
const routeKinds = list(
  object({ group: groupName({ default: 'gateway.networking.k8s.io' }), kind: kindName() }, ['kind']),
);
const labelSelector = object({
  matchLabels: { type: 'object', additionalProperties: text() },
  matchExpressions: list(
    object({ key: text(), operator: text(), values: list(text()) }, ['key', 'operator']),
  ),
});

const certificate = object(
  {
    group: groupName({ default: '' }),
    kind: kindName({ default: 'Secret' }),
    name: objectName,
    namespace: namespaceName,
  },
  ['name'],
);

const listener = object(
  {
    name: sectionName,
    hostname,
    port,
    protocol: protocolName,
    tls: object({
      mode: text({ enum: ['Terminate', 'Passthrough'], default: 'Terminate' }),
      certificateRefs: list(certificate, { maxItems: 64 }),
      options: { type: 'object', additionalProperties: text() },
      frontendValidation: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    }),
    allowedRoutes: object(
      {
        namespaces: object(
          {
            from: text({ enum: ['All', 'Selector', 'Same', 'None'], default: 'Same' }),
            selector: labelSelector,
          },
          [],
          { default: { from: 'Same' } },
        ),
        kinds: routeKinds,
      },
      [],
      { default: { namespaces: { from: 'Same' } } },
    ),
  },
  ['name', 'port', 'protocol'],
);

const gateway = object(
  {
    spec: object(
      {
        gatewayClassName: objectName,
        listeners: list(listener, { minItems: 1, maxItems: 64, ...keyedBy('name') }),
        addresses,
        infrastructure: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        allowedListeners: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        backendTLS: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        tls: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
      ['gatewayClassName', 'listeners'],
    ),
    status: object({
      addresses,
      conditions,
      listeners: list(
        object({ name: text(), attachedRoutes: integer(), supportedKinds: routeKinds, conditions }, ['name']),
        keyedBy('name'),
      ),
    }),
  },
  ['spec'],
);

const gatewayClass = object(
  {
    spec: object(
      {
        controllerName,
        description: text({ maxLength: 64 }),
        parametersRef: object(
          { group: groupName(), kind: kindName(), name: objectName, namespace: namespaceName },
          ['group', 'kind', 'name'],
        ),
      },
      ['controllerName'],
    ),
    status: object({ conditions, supportedFeatures: list(object({ name: text() })) }),
  },
  ['spec'],
);

const matchAll = [{ path: { type: 'PathPrefix', value: '/' } }];

const httpRoute = object(
  {
    spec: object({
      parentRefs: list(parentReference, { maxItems: 32 }),
      hostnames: list(hostname, { maxItems: 16 }),
      rules: list(routeRule, { minItems: 1, maxItems: 16, default: [{ matches: matchAll }] }),
      useDefaultGateways: text(),
    }),
    status: object({
      parents: list(
        object({ parentRef: parentReference, controllerName: text(), conditions }, [
          'parentRef',
          'controllerName',
        ]),
      ),
    }),
  },
  ['spec'],
);

/** The Gateway API's kinds (standard channel), written down from its specification. By plural. */
export const gatewaySchemas: Readonly<Record<string, JsonObject>> = {
  gateways: gateway,
  gatewayclasses: gatewayClass,
  httproutes: httpRoute,
};

function keyedBy(key: string): JsonObject {
  return { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] };
}
