import type { JsonObject } from '@sluice/local/store/json.ts';

const main = {
  name: 'main',
  image: 'i:1',
  env: [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ],
};
const side = { name: 'side', image: 's:1' };
const order = { '$setElementOrder/containers': [{ name: 'main' }, { name: 'side' }] };

/** The strategic merge patches that clients were seen to send, on a pod's spec. A spec without containers gets one. */
export const podVectors: readonly (readonly [
  title: string,
  spec: JsonObject,
  patch: JsonObject,
  result: JsonObject,
])[] = [
  [
    'an image',
    { containers: [main, side] },
    { ...order, containers: [{ name: 'main', image: 'i:2' }] },
    { containers: [{ ...main, image: 'i:2' }, side] },
  ],
  [
    'an environment variable',
    { containers: [main] },
    {
      containers: [
        {
          name: 'main',
          '$setElementOrder/env': [{ name: 'A' }, { name: 'B' }],
          env: [{ name: 'A', value: '9' }],
        },
      ],
    },
    {
      containers: [
        {
          ...main,
          env: [
            { name: 'A', value: '9' },
            { name: 'B', value: '2' },
          ],
        },
      ],
    },
  ],
  [
    'a variable added and one removed',
    { containers: [main] },
    {
      containers: [
        {
          name: 'main',
          '$setElementOrder/env': [{ name: 'B' }, { name: 'C' }],
          env: [
            { name: 'C', value: '3' },
            { $patch: 'delete', name: 'A' },
          ],
        },
      ],
    },
    {
      containers: [
        {
          ...main,
          env: [
            { name: 'B', value: '2' },
            { name: 'C', value: '3' },
          ],
        },
      ],
    },
  ],
  [
    'all variables removed',
    { containers: [main] },
    { containers: [{ name: 'main', env: null }] },
    { containers: [{ name: 'main', image: 'i:1' }] },
  ],
  [
    'a value replaced by its source',
    { containers: [{ name: 'main', env: [{ name: 'A', value: '1' }] }] },
    {
      containers: [
        {
          name: 'main',
          env: [{ name: 'A', value: null, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        },
      ],
    },
    {
      containers: [
        { name: 'main', env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
      ],
    },
  ],
  [
    'a container port from 80 to 90',
    { containers: [{ name: 'main', ports: [{ containerPort: 80, name: 'http', protocol: 'TCP' }] }] },
    {
      containers: [
        {
          name: 'main',
          '$setElementOrder/ports': [{ containerPort: 90 }],
          ports: [
            { containerPort: 90, name: 'http' },
            { $patch: 'delete', containerPort: 80 },
          ],
        },
      ],
    },
    { containers: [{ name: 'main', ports: [{ containerPort: 90, name: 'http' }] }] },
  ],
  [
    'a container removed',
    { containers: [main, side] },
    { '$setElementOrder/containers': [{ name: 'main' }], containers: [{ $patch: 'delete', name: 'side' }] },
    { containers: [main] },
  ],
  [
    'containers in another order, and nothing else',
    { containers: [main, side] },
    { '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }] },
    { containers: [side, main] },
  ],
  [
    "a volume's type",
    { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
    { volumes: [{ name: 'v', $retainKeys: ['emptyDir', 'name'], configMap: null, emptyDir: {} }] },
    { volumes: [{ name: 'v', emptyDir: {} }] },
  ],
  [
    "a probe's type",
    { containers: [{ name: 'main', readinessProbe: { httpGet: { port: 1 }, periodSeconds: 3 } }] },
    { containers: [{ name: 'main', readinessProbe: { exec: { command: ['x'] }, httpGet: null } }] },
    { containers: [{ name: 'main', readinessProbe: { exec: { command: ['x'] }, periodSeconds: 3 } }] },
  ],
  [
    'a pull secret swapped',
    { imagePullSecrets: [{ name: 's1' }] },
    {
      '$setElementOrder/imagePullSecrets': [{ name: 's2' }],
      imagePullSecrets: [{ name: 's2' }, { $patch: 'delete', name: 's1' }],
    },
    { imagePullSecrets: [{ name: 's2' }] },
  ],
  [
    'a whole list without a key',
    { tolerations: [{ key: 'a', operator: 'Exists' }] },
    { tolerations: [{ key: 'b', operator: 'Exists' }] },
    { tolerations: [{ key: 'b', operator: 'Exists' }] },
  ],
];
