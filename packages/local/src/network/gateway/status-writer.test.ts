import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gateways, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { backend, createGatewayBench } from '../../../../../test/support/rigs/gateway-bench.ts';
import type { GatewayBench } from '../../../../../test/support/rigs/gateway-bench.ts';
import { gatewayClasses } from './status-writer.ts';

let bench: GatewayBench;

beforeEach(async () => {
  bench = await createGatewayBench();
});
afterEach(() => bench.close());

function statusOf(resource: typeof httpRoutes, name: string): Readonly<Record<string, never>> {
  return bench.store.get(resource, { namespace: 'test', name })?.['status'] as Readonly<
    Record<string, never>
  >;
}

test('class, Gateway and route say that they are accepted, for the generation they were read at', async () => {
  await bench.addBackends('web');
  bench.addGateway();
  bench.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  await vi.waitFor(() => expect(statusOf(httpRoutes, 'web')).toBeDefined());
  expect(statusOf(httpRoutes, 'web')).toMatchObject({
    parents: [
      {
        parentRef: { name: 'local' },
        controllerName: 'sluice.local/gateway',
        conditions: [
          { type: 'Accepted', status: 'True', reason: 'Accepted', observedGeneration: 1 },
          { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', observedGeneration: 1 },
        ],
      },
    ],
  });
  expect(statusOf(gateways, 'local')).toMatchObject({
    addresses: [{ type: 'IPAddress', value: '127.0.0.1' }],
    conditions: [
      { type: 'Accepted', status: 'True' },
      { type: 'Programmed', status: 'True' },
    ],
    listeners: [{ name: 'http', attachedRoutes: 1 }],
  });
  expect(bench.store.get(gatewayClasses, { name: 'sluice-local' })?.['status']).toMatchObject({
    conditions: [{ type: 'Accepted', status: 'True' }],
  });
});

test('a status is written only when it changes', async () => {
  await bench.addBackends('web');
  bench.addGateway();
  bench.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  await vi.waitFor(() => expect(statusOf(httpRoutes, 'web')).toBeDefined());
  let writes = 0;
  bench.store.subscribe(httpRoutes, () => (writes += 1));
  bench.addService('unrelated', {});
  await bench.send('/');
  expect(writes).toBe(0);
});

test.each([
  [
    'a Service that is missing',
    { rules: [{ backendRefs: [backend('missing')] }] },
    'ResolvedRefs',
    'BackendNotFound',
  ],
  [
    'a Service elsewhere',
    { rules: [{ backendRefs: [backend('web', 1, { namespace: 'default' })] }] },
    'ResolvedRefs',
    'RefNotPermitted',
  ],
  [
    'a filter it does not know',
    {
      rules: [
        {
          filters: [{ type: 'ExtensionRef', extensionRef: { group: 'a.b', kind: 'C', name: 'd' } }],
          backendRefs: [backend('web')],
        },
      ],
    },
    'Accepted',
    'UnsupportedValue',
  ],
  [
    'a listener that is not there',
    { parentRefs: [{ name: 'local', sectionName: 'tls' }] },
    'Accepted',
    'NoMatchingParent',
  ],
  [
    "a hostname that is not the listener's",
    { hostnames: ['other.org'] },
    'Accepted',
    'NoMatchingListenerHostname',
  ],
])('a route with %s says so in its status', async (_what, spec, type, reason) => {
  await bench.addBackends('web');
  bench.addGateway({ hostname: '*.example.com' });
  bench.addRoute({ rules: [{ backendRefs: [backend('web')] }], ...spec });
  await vi.waitFor(() => {
    const [parent] = (statusOf(httpRoutes, 'web')?.['parents'] ?? []) as readonly {
      readonly conditions: unknown;
    }[];
    expect(parent?.conditions).toContainEqual(expect.objectContaining({ type, status: 'False', reason }));
  });
});
