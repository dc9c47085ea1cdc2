import * as Type from 'typebox';

import { bounds } from './bounds.ts';
import { flag, int32, list, map, namespaceName, text, textList, textMap } from './schema-parts.ts';
import { atMostOneMatch, exactlyOneMatch } from './string-match.ts';

const matchMap = (description: string) =>
  Type.Optional(map(atMostOneMatch('Condition on the value.'), description));

export const httpMatchSchema = Type.Object(
  {
    name: Type.Optional(text('Name of the match, for people.')),
    uri: Type.Optional(atMostOneMatch('Path of the request.')),
    scheme: Type.Optional(atMostOneMatch('Scheme of the request.')),
    method: Type.Optional(atMostOneMatch('Method of the request.')),
    authority: Type.Optional(atMostOneMatch('Host of the request.')),
    headers: matchMap('Headers that the request must have, names in lower case.'),
    withoutHeaders: matchMap('Headers that the request must not have.'),
    queryParams: matchMap('Query parameters that the request must have.'),
    port: Type.Optional(Type.Integer({ description: 'Port that receives the request.' })),
    gateways: Type.Optional(textList('Gateways that the rule applies to.')),
    sourceLabels: Type.Optional(textMap('Labels of the calling workload.')),
    sourceNamespace: Type.Optional(namespaceName('Namespace of the calling workload.')),
    ignoreUriCase: Type.Optional(flag('Ignore the case of the path.')),
  },
  { description: 'Conditions on a request; all of them must be met.' },
);

export const rewriteSchema = Type.Object(
  {
    uri: Type.Optional(text('The new path.')),
    authority: Type.Optional(text('The new host.')),
    type: Type.Optional(
      text(
        'ReplacePrefixMatch replaces the matched prefix by uri; ReplaceFullPath, the default, the whole path.',
      ),
    ),
  },
  { description: 'Changes of a request before it is forwarded.' },
);

export const retriesSchema = Type.Object(
  {
    attempts: Type.Optional(int32('Number of retries.')),
    perTryTimeout: Type.Optional(text('Time for each attempt, such as 1s.')),
    retryOn: Type.Optional(text('Failures that are retried, as the mesh names them.')),
  },
  { description: 'Retries made by the mesh.' },
);

const headerChanges = (description: string) =>
  Type.Object(
    {
      add: Type.Optional(textMap('Headers to add.', { length: bounds.value })),
      set: Type.Optional(textMap('Headers to set; existing values are replaced.', { length: bounds.value })),
      remove: Type.Optional(textList('Headers to remove.')),
    },
    { description },
  );

export const headersSchema = Type.Object(
  {
    request: Type.Optional(headerChanges('Changes of requests.')),
    response: Type.Optional(headerChanges('Changes of responses.')),
  },
  { description: 'Header changes made by the router.' },
);

export const corsPolicySchema = Type.Object(
  {
    allowOrigin: Type.Optional(textList('Allowed origins, exact; deprecated, use allowOrigins.')),
    allowOrigins: Type.Optional(list(exactlyOneMatch('An allowed origin.'), 'Allowed origins.')),
    allowMethods: Type.Optional(textList('Allowed methods.')),
    allowHeaders: Type.Optional(textList('Allowed request headers.')),
    exposeHeaders: Type.Optional(textList('Response headers that a page may read.')),
    maxAge: Type.Optional(text('Time for which a browser may cache the answer to a preflight request.')),
    allowCredentials: Type.Optional(flag('Allow requests with credentials.')),
  },
  { description: 'CORS policy.' },
);
