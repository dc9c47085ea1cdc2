import * as Type from 'typebox';

import { int32, text } from './schema-parts.ts';

const dnsLabel = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${dnsLabel}(\\.${dnsLabel})*`;

const group = (fallback: string) =>
  text('API group of the object; empty for the core group.', {
    default: fallback,
    maxLength: 253,
    pattern: `^$|^${subdomain}$`,
  });
const kind = (fallback: string) =>
  text('Kind of the object.', {
    default: fallback,
    minLength: 1,
    maxLength: 63,
    pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$',
  });
const name = text('Name of the object.', { minLength: 1, maxLength: 253 });
const namespace = Type.Optional(
  text('Namespace of the object; that of the Canary when absent.', {
    minLength: 1,
    maxLength: 63,
    pattern: `^${dnsLabel}$`,
  }),
);
const port = (description: string) => Type.Optional(int32(description, { minimum: 1, maximum: 65_535 }));

export const gatewayRefSchema = Type.Object(
  {
    group: Type.Optional(group('gateway.networking.k8s.io')),
    kind: Type.Optional(kind('Gateway')),
    name,
    namespace,
    sectionName: Type.Optional(
      text('Listener of the Gateway to attach to; default all.', {
        minLength: 1,
        maxLength: 253,
        pattern: `^${subdomain}$`,
      }),
    ),
    port: port('Port of the listeners to attach to; default all.'),
  },
  { description: 'A parent of the generated route.' },
);

export const mirrorSchema = Type.Object(
  {
    backendRef: Type.Optional(
      Type.Object(
        {
          group: Type.Optional(group('')),
          kind: Type.Optional(kind('Service')),
          name,
          namespace,
          port: port('Port of the backend; a Service needs one.'),
        },
        {
          description: 'Backend that gets the copies.',
          'x-kubernetes-validations': [
            {
              rule: "(size(self.group) == 0 && self.kind == 'Service') ? has(self.port) : true",
              message: 'a Service needs a port',
            },
          ],
        },
      ),
    ),
  },
  { description: 'A backend that gets a copy of each request.' },
);
