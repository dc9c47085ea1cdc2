import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { gatewayRefusals } from './gateway-refusals.ts';
import { nameRefusals } from './name-refusals.ts';
import { otherRefusals } from './other-refusals.ts';
import { podRefusals } from './pod-refusals.ts';
import { paths, service } from './refused.ts';

export interface RefusingServer {
  call(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>;
  close(): Promise<void>;
}

/** What an API server answers to bodies with names and values that Kubernetes does not allow. */
export function describeRefusals(name: string, start: () => Promise<RefusingServer>): void {
  let server: RefusingServer | undefined;
  beforeAll(async () => void (server = await start()), 90_000);
  afterAll(async () => server?.close());
  const call: RefusingServer['call'] = (...request) => {
    if (server === undefined) throw new Error('the server is not there');
    return server.call(...request);
  };

  describe(`${name} refuses`, () => {
    it.each([...nameRefusals, ...podRefusals, ...otherRefusals, ...gatewayRefusals])(
      '$title',
      async ({ path, body, causes }) => {
        const answer = await call('POST', `${path}?dryRun=All`, body);
        expect(answer).toMatchObject({ status: 422, body: { kind: 'Status', reason: 'Invalid', code: 422 } });
        const listed = asList(asRecord(answer.body['details'])['causes']).map(asRecord);
        const shown = listed.map(({ field, message }): [string, string] => [String(field), String(message)]);
        expect(shown).toEqual(causes.map(([field, message]) => [field, expect.stringContaining(message)]));
      },
    );

    it('a node port and an address that another Service has, until it is deleted', async () => {
      const first = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 31_234 }] }, 'first');
      const created = await call('POST', paths.services, first);
      expect(created.status).toBe(201);
      const { clusterIP } = asRecord(created.body['spec']);
      // A dry run of the real server does not look at the range.
      const low = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }, 'low');
      expect((await call('POST', paths.services, low)).body['message']).toBe(
        'Service "low" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
      );
      const samePort = { ...first, metadata: { name: 'second' } };
      const sameAddress = service({ clusterIP }, 'second');
      expect(await call('POST', paths.services, samePort)).toMatchObject({
        status: 422,
        body: {
          message:
            'Service "second" is invalid: spec.ports[0].nodePort: Invalid value: 31234: provided port is already allocated',
        },
      });
      expect(await call('POST', paths.services, sameAddress)).toMatchObject({
        status: 422,
        body: {
          message: `Service "second" is invalid: spec.clusterIPs: Invalid value: ["${String(clusterIP)}"]: failed to allocate IP ${String(clusterIP)}: provided IP is already allocated`,
        },
      });
      await call('DELETE', `${paths.services}/first`);
      expect(await call('POST', paths.services, { ...samePort })).toMatchObject({ status: 201 });
      await call('DELETE', `${paths.services}/second`);
      expect(await call('POST', paths.services, sameAddress)).toMatchObject({ status: 201 });
      await call('DELETE', `${paths.services}/second`);
    });
  });

  describe(`${name} gives`, () => {
    it('a Service of type NodePort a free port, and takes it back with the type', async () => {
      const ports = [
        { name: 'a', port: 80 },
        { name: 'b', port: 81 },
      ];
      const created = await call('POST', paths.services, service({ type: 'NodePort', ports }, 'open'));
      const given = asList(asRecord(created.body['spec'])['ports']).map((it) =>
        Number(asRecord(it)['nodePort']),
      );
      expect(new Set(given).size).toBe(2);
      for (const port of given) expect(port >= 30_000 && port <= 32_767).toBe(true);
      const closed = { ...created.body, spec: { ...asRecord(created.body['spec']), type: 'ClusterIP' } };
      const updated = await call('PUT', `${paths.services}/open`, closed);
      expect(updated.status).toBe(200);
      expect(asRecord(updated.body['spec'])).not.toHaveProperty('ports[0].nodePort');
      await call('DELETE', `${paths.services}/open`);
    });
  });
}
