import * as Type from 'typebox';

import { choice, flag, int32, list, map, text, textList } from './schema-parts.ts';

/** The part of Istio's DestinationRule that Flagger's schema keeps. */

const connectionPool = Type.Object(
  {
    http: Type.Optional(
      Type.Object(
        {
          h2UpgradePolicy: Type.Optional(
            choice(['DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'], 'Whether HTTP/1.1 is upgraded to HTTP/2.'),
          ),
          http1MaxPendingRequests: Type.Optional(int32('Most requests waiting for a connection.')),
          http2MaxRequests: Type.Optional(int32('Most requests under way.')),
          idleTimeout: Type.Optional(text('When an idle connection is closed.')),
          maxRequestsPerConnection: Type.Optional(int32('Most requests over one connection.')),
          maxRetries: Type.Optional(int32('Most retries under way.')),
        },
        { description: 'Limits of HTTP.' },
      ),
    ),
  },
  { description: 'Limits of the connections to the workload.' },
);

const consistentHash = Type.Object(
  {
    httpHeaderName: Type.Optional(text('Hash this header.')),
    httpCookie: Type.Optional(
      Type.Object(
        {
          name: Type.Optional(text('Name of the cookie.')),
          path: Type.Optional(text('Path of the cookie.')),
          ttl: Type.Optional(text('Lifetime of the cookie.')),
        },
        { description: 'Hash this cookie, made when absent.' },
      ),
    ),
    httpQueryParameterName: Type.Optional(text('Hash this query parameter.')),
    useSourceIp: Type.Optional(flag('Hash the address of the caller.')),
    minimumRingSize: Type.Optional(Type.Integer({ description: 'Fewest virtual nodes of the ring.' })),
  },
  { description: 'Equal requests go to the same pod.' },
);

const localityLbSetting = Type.Object(
  {
    enabled: Type.Optional(flag('Whether locality counts.')),
    distribute: Type.Optional(
      list(
        Type.Object({
          from: Type.Optional(text('Locality of the caller.')),
          to: Type.Optional(map(Type.Integer(), 'Percent for each locality.')),
        }),
        'Shares by locality.',
      ),
    ),
    failover: Type.Optional(
      list(
        Type.Object({
          from: Type.Optional(text('Region that fails.')),
          to: Type.Optional(text('Region that takes over.')),
        }),
        'Where traffic goes when a region fails.',
      ),
    ),
  },
  { description: 'Balancing by locality.' },
);

const loadBalancer = Type.Object(
  {
    simple: Type.Optional(
      choice(
        ['ROUND_ROBIN', 'LEAST_CONN', 'RANDOM', 'PASSTHROUGH', 'LEAST_REQUEST'],
        'How a pod is picked when hashing is not wanted.',
      ),
    ),
    consistentHash: Type.Optional(consistentHash),
    localityLbSetting: Type.Optional(localityLbSetting),
    warmupDurationSecs: Type.Optional(text('How long a new pod gets fewer requests.')),
  },
  {
    description: 'How requests are spread over pods.',
    oneOf: [
      { required: ['simple'] },
      {
        required: ['consistentHash'],
        properties: {
          consistentHash: {
            oneOf: ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'].map((name) => ({
              required: [name],
            })),
          },
        },
      },
    ],
    allowed:
      'either simple, or consistentHash with one of httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName',
  },
);

const outlierDetection = Type.Object(
  {
    baseEjectionTime: Type.Optional(text('Shortest time out.')),
    consecutive5xxErrors: Type.Optional(Type.Integer({ description: '5xx answers in a row.' })),
    consecutiveErrors: Type.Optional(int32('Errors in a row; superseded.')),
    consecutiveGatewayErrors: Type.Optional(int32('502, 503 and 504 answers in a row.')),
    consecutiveLocalOriginFailures: Type.Optional(int32('Failed connections in a row.')),
    interval: Type.Optional(text('Time between two looks.')),
    maxEjectionPercent: Type.Optional(int32('Most pods out at a time, in percent.')),
    minHealthPercent: Type.Optional(int32('Below this share of healthy pods nobody is taken out.')),
    splitExternalLocalOriginErrors: Type.Optional(flag('Whether failed connections count on their own.')),
  },
  { description: 'When a failing pod is taken out.' },
);

const tls = Type.Object(
  {
    mode: Type.Optional(choice(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'], 'Kind of TLS.')),
    caCertificates: Type.Optional(text('File with the authorities trusted.')),
    clientCertificate: Type.Optional(text('File with the certificate of the mesh.')),
    privateKey: Type.Optional(text('File with its key.')),
    sni: Type.Optional(text('Server name sent.')),
    subjectAltNames: Type.Optional(textList('Names one of which the workload must prove.')),
  },
  { description: 'TLS between the mesh and the workload.' },
);

export const trafficPolicySchema = Type.Object(
  {
    connectionPool: Type.Optional(connectionPool),
    loadBalancer: Type.Optional(loadBalancer),
    outlierDetection: Type.Optional(outlierDetection),
    tls: Type.Optional(tls),
  },
  { description: 'Istio: traffic policy of the destination rules.' },
);
