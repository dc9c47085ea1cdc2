import * as Type from 'typebox';

import { flag, int32, list, text, textList, textMap } from './schema-parts.ts';
import { atMostOneMatch, exactlyOneMatch } from './string-match.ts';

const matchMap = (description: string) =>
  Type.Optional(Type.Record(Type.String(), atMostOneMatch('How the value must read.'), { description }));

export const httpMatchSchema = Type.Object(
  {
    name: Type.Optional(text('Name of the match, for people.')),
    uri: Type.Optional(atMostOneMatch('Path of the request.')),
    scheme: Type.Optional(atMostOneMatch('Scheme of the request.')),
    method: Type.Optional(atMostOneMatch('Method of the request.')),
    authority: Type.Optional(atMostOneMatch('Host of the request.')),
    headers: matchMap('Headers the request must have, names in lower case.'),
    withoutHeaders: matchMap('Headers the request must not have.'),
    queryParams: matchMap('Query parameters the request must have.'),
    port: Type.Optional(Type.Integer({ description: 'Port the request came in on.' })),
    gateways: Type.Optional(textList('Gateways the rule holds for.')),
    sourceLabels: Type.Optional(textMap('Labels of the calling workload.')),
    sourceNamespace: Type.Optional(text('Namespace of the calling workload.')),
    ignoreUriCase: Type.Optional(flag('Whether the case of the path does not matter.')),
  },
  { description: 'All of these must hold.' },
);

export const rewriteSchema = Type.Object(
  {
    uri: Type.Optional(text('The new path.')),
    authority: Type.Optional(text('The new host.')),
    type: Type.Optional(
      text('ReplacePrefixMatch puts uri in the place of the matched prefix; otherwise of the whole path.'),
    ),
  },
  { description: 'What is changed of a request before it is passed on.' },
);

export const retriesSchema = Type.Object(
  {
    attempts: Type.Optional(int32('How often a request is tried again.')),
    perTryTimeout: Type.Optional(text('Time for each attempt, such as 1s.')),
    retryOn: Type.Optional(text('Which failures are tried again, as the mesh spells them.')),
  },
  { description: 'Retries made by the mesh.' },
);

const headerChanges = (description: string) =>
  Type.Object(
    {
      add: Type.Optional(textMap('Headers to add.')),
      set: Type.Optional(textMap('Headers to set, whatever they were.')),
      remove: Type.Optional(textList('Headers to take away.')),
    },
    { description },
  );

export const headersSchema = Type.Object(
  {
    request: Type.Optional(headerChanges('On the way to the workload.')),
    response: Type.Optional(headerChanges('On the way back.')),
  },
  { description: 'Header changes made by the router.' },
);

export const corsPolicySchema = Type.Object(
  {
    allowOrigin: Type.Optional(textList('Origins allowed, exact; superseded by allowOrigins.')),
    allowOrigins: Type.Optional(list(exactlyOneMatch('An origin allowed.'), 'Origins allowed.')),
    allowMethods: Type.Optional(textList('Methods allowed.')),
    allowHeaders: Type.Optional(textList('Request headers allowed.')),
    exposeHeaders: Type.Optional(textList('Response headers a page may read.')),
    maxAge: Type.Optional(text('How long a browser may keep the answer to a preflight request.')),
    allowCredentials: Type.Optional(flag('Whether requests with credentials are allowed.')),
  },
  { description: 'Cross-origin requests.' },
);
