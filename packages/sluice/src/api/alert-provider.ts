import * as Type from 'typebox';
import type { Static } from 'typebox';

import type { DeepReadonly } from './deep-readonly.ts';
import type { KubeObject } from '@sluice/kube/objects/kube-object.ts';
import { choice, objectName, text, url } from './schema-parts.ts';

export const alertProviderTypes = ['slack', 'msteams', 'discord', 'rocket', 'gchat'] as const;

export const alertProviderSpecSchema = Type.Object(
  {
    type: choice(alertProviderTypes, 'Kind of the receiver.'),
    channel: Type.Optional(text('Channel or room; default general.')),
    username: Type.Optional(text('User name of the alerts.')),
    address: Type.Optional(url('URL of the incoming webhook; better kept in a Secret (secretRef).')),
    proxy: Type.Optional(url('URL of an HTTP proxy.')),
    secretRef: Type.Optional(
      Type.Object(
        { name: objectName('Name of a Secret in the namespace of the provider, with the key address.') },
        { description: 'Secret that holds the address.' },
      ),
    ),
  },
  {
    description: 'A receiver of alerts.',
    oneOf: [{ required: ['type', 'address'] }, { required: ['type', 'secretRef'] }],
    allowed: 'exactly one of address and secretRef',
  },
);

export type AlertProviderSpec = DeepReadonly<Static<typeof alertProviderSpecSchema>>;

export type AlertProvider = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'> & {
  readonly spec: AlertProviderSpec;
};
