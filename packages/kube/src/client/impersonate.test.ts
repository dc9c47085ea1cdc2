import { expect, it } from 'vitest';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { startReceiver } from '../../../../test/support/fakes/receiver.ts';
import { configMaps } from '../objects/resources.ts';
import { impersonate } from './impersonate.ts';
import { createKubeClient } from './kube-client.ts';

it('names the user, and each group on a line of its own, beside the own credentials', async () => {
  const lines: (readonly string[])[] = [];
  await using server = await startReceiver((response) => {
    lines.push(response.req.rawHeaders);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"test"}}');
  });
  const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
  const authorize = impersonate((headers) => Promise.resolve({ ...headers, authorization: 'Bearer own' }), {
    name: 'alice@acme.io',
    groups: ['sre', 'team, with a comma'],
  });
  const client = createKubeClient({
    http,
    clock: createSystemClock(),
    server: server.url,
    authorize,
    fieldManager: 'test',
  });
  await client.get(configMaps, { namespace: 'test', name: 'a' }, new AbortController().signal);
  await http.close();
  const sent = lines[0] ?? [];
  const valuesOf = (name: string) =>
    sent.filter((_, index) => index % 2 === 1 && sent[index - 1]?.toLowerCase() === name);
  expect(valuesOf('authorization')).toEqual(['Bearer own']);
  expect(valuesOf('impersonate-user')).toEqual(['alice@acme.io']);
  expect(valuesOf('impersonate-group')).toEqual(['sre', 'team, with a comma']);
});
