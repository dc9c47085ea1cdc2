import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { startGateway } from '@sluice/local/network/gateway/start-gateway.ts';
import type { LocalGateway } from '@sluice/local/network/gateway/start-gateway.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { createLocalFixture } from './local-network-fixture.ts';
import type { LocalFixture } from './local-network-fixture.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface GatewayRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface GatewayBench extends LocalFixture {
  readonly gateway: LocalGateway;
  /** Services of these names, with one pod each that answers with its own name, `NAME-1`. */
  addBackends(...names: readonly string[]): Promise<void>;
  /** Asks the gateway over a connection that is kept. */
  send(path: string, options?: GatewayRequest): Promise<Answer>;
}

/** A real gateway before real pods, and somebody who asks it. */
export async function createGatewayBench(): Promise<GatewayBench> {
  const fixture = await createLocalFixture();
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const { store, network } = fixture;
  const gateway = await startGateway({
    store,
    network,
    log: createFakeLog(),
    port: 0,
    now: () => Date.now(),
  });
  return {
    ...fixture,
    gateway,
    async addBackends(...names) {
      for (const name of names) {
        fixture.addService(name, { app: name });
        await fixture.addPod(`${name}-1`, { app: name });
      }
    },
    async send(path, { method = 'GET', headers = {}, body } = {}) {
      const outgoing = request(new URL(path, gateway.url), { method, headers, agent });
      outgoing.end(body);
      const [incoming] = await once(outgoing, 'response');
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      return {
        status: incoming.statusCode,
        body: Buffer.concat(chunks).toString(),
        headers: incoming.headers,
      };
    },
    async close() {
      agent.destroy();
      await gateway.close();
      await fixture.close();
    },
  };
}

/** A backendRef of a rule. */
export const backend = (
  name: string,
  weight = 1,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({ name, port: 80, weight, ...more });
