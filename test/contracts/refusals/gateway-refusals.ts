import { paths, type Causes, type Refused } from './refused.ts';

type Fields = Readonly<Record<string, unknown>>;

const route = (title: string, spec: Fields, ...causes: Causes): Refused => ({
  title: `an HTTPRoute with ${title}`,
  path: paths.routes,
  body: {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'r' },
    spec: { parentRefs: [{ name: 'g' }], ...spec },
  },
  causes,
});
const rule = (title: string, of: Fields, ...causes: Causes): Refused =>
  route(
    title,
    { rules: [of] },
    ...causes.map(([field, message]) => [`spec.rules[0]${field}`, message] as const),
  );

const listener = { name: 'http', port: 80, protocol: 'HTTP' };
const gateway = (title: string, listeners: readonly Fields[], ...causes: Causes): Refused => ({
  title: `a Gateway with ${title}`,
  path: paths.gateways,
  body: {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'g' },
    spec: { gatewayClassName: 'c', listeners },
  },
  causes: causes.map(([field, message]) => [`spec.listeners${field}`, message] as const),
});

const backend = { name: 'a', port: 80 };
const path = (value: string, type = 'PathPrefix'): Fields => ({ matches: [{ path: { type, value } }] });
const at = '.matches[0].path';
const kinds = "when type one of ['Exact', 'PathPrefix']";

const hosts: readonly Refused[] = [
  '*',
  '*.',
  'A.example.com',
  'a_b',
  '-a',
  '10.0.0.1:80',
  'a..b',
  '*.*.a',
  'a b',
].map((host) =>
  route(`the host ${host}`, { hostnames: [host] }, ['spec.hostnames[0]', "should match '^(\\*\\.)?"]),
);

const durations: readonly Refused[] = [
  'abc5s',
  '5',
  '1.5s',
  '-5s',
  '5s ',
  '5us',
  '1h1h1h1h1h',
  '100000s',
  '5S',
].map((duration) =>
  rule(`the timeout ${duration}`, { timeouts: { request: duration } }, [
    '.timeouts.request',
    "should match '^([0-9]{1,5}",
  ]),
);

const pathRefusals: readonly Refused[] = [
  rule('a relative path', path('a'), [at, `value must be an absolute path and start with '/' ${kinds}`]),
  ...['/a//b', '/a/./b', '/a/../b', '/a%2fb', '/a%2Fb'].map((value) =>
    rule(`the path ${value}`, path(value, 'Exact'), [
      at,
      `must not contain '${/\/\/|\/\.+\/|%2[fF]/.exec(value)?.[0]}' ${kinds}`,
    ]),
  ),
  rule('the path /a/..', path('/a/..'), [at, `must not end with '/..' ${kinds}`]),
  rule('the path /a/.', path('/a/.'), [at, `must not end with '/.' ${kinds}`]),
  rule('a space in its path', path('/a b'), [
    at,
    'must only contain valid characters (matching ^(?:[-A-Za-z0-9/',
  ]),
];

const filterRefusals: readonly Refused[] = [
  rule(
    'a redirect beside backends',
    {
      filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }],
      backendRefs: [backend],
    },
    ['', 'RequestRedirect filter must not be used together with backendRefs'],
  ),
  rule(
    'a filter of another type',
    { filters: [{ type: 'RequestRedirect', urlRewrite: { hostname: 'a' } }] },
    ['.filters[0]', 'filter.requestRedirect must be specified for RequestRedirect filter.type'],
    ['.filters[0]', 'filter.urlRewrite must be nil if the filter.type is not URLRewrite'],
  ),
  rule('a rewrite to the host *', { filters: [{ type: 'URLRewrite', urlRewrite: { hostname: '*' } }] }, [
    '.filters[0].urlRewrite.hostname',
    "should match '^[a-z0-9]",
  ]),
  rule(
    'a redirect to the host A',
    { filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: 'A' } }] },
    ['.filters[0].requestRedirect.hostname', "should match '^[a-z0-9]"],
  ),
  rule(
    'one header set twice',
    {
      filters: [
        {
          type: 'RequestHeaderModifier',
          requestHeaderModifier: {
            set: [
              { name: 'a', value: '1' },
              { name: 'a', value: '2' },
            ],
          },
        },
      ],
    },
    ['.filters[0].requestHeaderModifier.set[1]', 'Duplicate value: {"name":"a"}'],
  ),
  rule(
    'a filter twice',
    {
      filters: [1, 2].map((value) => ({
        type: 'ResponseHeaderModifier',
        responseHeaderModifier: { set: [{ name: 'a', value: `${value}` }] },
      })),
    },
    ['.filters', 'ResponseHeaderModifier filter cannot be repeated'],
  ),
  rule(
    'a mirror with two shares',
    {
      filters: [
        {
          type: 'RequestMirror',
          requestMirror: { backendRef: backend, percent: 1, fraction: { numerator: 1 } },
        },
      ],
    },
    [
      '.filters[0].requestMirror',
      'Only one of percent or fraction may be specified in HTTPRequestMirrorFilter',
    ],
  ),
  rule(
    'a mirror without a port',
    {
      filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'a' } } }],
    },
    ['.filters[0].requestMirror.backendRef', 'Must have port for Service reference'],
  ),
  rule(
    'a path modifier without its path',
    {
      filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath' } } }],
    },
    [
      '.filters[0].urlRewrite.path',
      "replaceFullPath must be specified when type is set to 'ReplaceFullPath'",
    ],
  ),
];

/** Routes and Gateways. */
export const gatewayRefusals: readonly Refused[] = [
  ...hosts,
  ...durations,
  ...pathRefusals,
  ...filterRefusals,
  rule(
    'a time-out of the backend beyond its own',
    { timeouts: { request: '1s', backendRequest: '1001ms' } },
    ['.timeouts', 'backendRequest timeout cannot be longer than request timeout'],
  ),
  rule('a backend without a port', { backendRefs: [{ name: 'a' }] }, [
    '.backendRefs[0]',
    'Must have port for Service reference',
  ]),
  rule('a header that no name can have', { matches: [{ headers: [{ name: 'a b', value: '1' }] }] }, [
    '.matches[0].headers[0].name',
    "should match '^[A-Za-z0-9!#$%&'*+",
  ]),
  rule(
    'one header twice',
    {
      matches: [
        {
          headers: [
            { name: 'a', value: '1' },
            { name: 'a', value: '2' },
          ],
        },
      ],
    },
    ['.matches[0].headers[1]', 'Duplicate value: {"name":"a"}'],
  ),
  rule('a namespace that none can have', { backendRefs: [{ ...backend, namespace: 'a.b' }] }, [
    '.backendRefs[0].namespace',
    "should match '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'",
  ]),
  gateway('the host *', [{ ...listener, hostname: '*' }], ['[0].hostname', "should match '^(\\*\\.)?"]),
  gateway('a listener named A', [{ ...listener, name: 'A' }], ['[0].name', "should match '^[a-z0-9]"]),
  gateway(
    'two listeners of one port',
    [listener, { ...listener, name: 'b' }],
    ['', 'Combination of port, protocol and hostname must be unique for each listener'],
  ),
  gateway(
    'TLS for plain HTTP',
    [{ ...listener, tls: { options: { 'a/b': 'c' } } }],
    ['', "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']"],
  ),
];
