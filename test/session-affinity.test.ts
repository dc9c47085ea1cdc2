import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Canary, SessionAffinity } from '@sluice/sluice/api/canary.ts';
import type { ReadObject } from '@sluice/sluice/ports/router.ts';
import { gatewayApiV1 } from '@sluice/sluice/routers/gateway-api-v1.ts';
import { nextSessionCookies, routeCookies } from '@sluice/sluice/rules/traffic/session-cookies.ts';
import type { SessionCookies } from '@sluice/sluice/rules/traffic/session-cookies.ts';
import { createGatewayBench } from './support/rigs/gateway-bench.ts';
import type { GatewayBench } from './support/rigs/gateway-bench.ts';
import type { FakePod } from './support/rigs/local-network-fixture.ts';
import { podinfoCanary } from './support/rigs/podinfo-objects.ts';
import { routePlan } from './support/rigs/route-plan.ts';

/** The HTTPRoutes that are rendered, in a real gateway, asked over HTTP by clients that keep their cookies. */
let bench: GatewayBench;
let canaryPod: FakePod;

beforeEach(async () => {
  bench = await createGatewayBench();
  for (const side of ['primary', 'canary']) bench.addService(`podinfo-${side}`, { app: side });
  await bench.addPod('primary', { app: 'primary' });
  canaryPod = await bench.addPod('canary', { app: 'canary' });
  bench.addGateway();
});
afterEach(() => bench.close());

function canaryWith(sessionAffinity?: SessionAffinity): Canary {
  return podinfoCanary({
    service: { port: 80, gatewayRefs: [{ name: 'local' }] },
    analysis: { stepWeight: 10, ...(sessionAffinity && { sessionAffinity }) },
  });
}

/** A rollout that does nothing but route. */
function createRun(canary: Canary) {
  let kept: SessionCookies = {};
  let weight = 0;
  const { store } = bench;
  const read: ReadObject = (resource, ref) =>
    store.get(resource, { namespace: ref.namespace ?? '', name: ref.name });
  return (to: number, mirror = false): void => {
    const { analysis } = canary.spec;
    kept = nextSessionCookies({ analysis, kept, from: weight, to, random: Math.random });
    weight = to;
    const cookies = routeCookies(kept);
    const plan = routePlan(canary, to, { mirror, cookies });
    for (const { resource, object } of gatewayApiV1.render(plan, read)) {
      const current = read(resource, object.metadata);
      const wanted = JSON.parse(JSON.stringify(object));
      // Nobody created the Canary here, and what belongs to nobody is collected.
      delete wanted.metadata.ownerReferences;
      if (current === undefined) store.create(resource, wanted);
      else store.update(resource, { ...current, spec: wanted.spec });
    }
  };
}

interface Client {
  readonly cookies: Map<string, string>;
  /** Answers which side served. */
  visit(): Promise<string>;
}

function createClient(): Client {
  const cookies = new Map<string, string>();
  const visit = async (): Promise<string> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await bench.send('/', { headers: cookie === '' ? {} : { cookie } });
    for (const given of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = '', maxAge = '0'] = /^(.+?)=(.+?); Max-Age=(-?\d+)/.exec(given) ?? [];
      if (Number(maxAge) > 0) cookies.set(name, value);
      else cookies.delete(name);
    }
    if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}`);
    return answer.body;
  };
  return { cookies, visit };
}

const createClients = (count: number): readonly Client[] => Array.from({ length: count }, createClient);

async function percentAtCanary(clients: readonly Client[]): Promise<number> {
  let atCanary = 0;
  for (const client of clients) if ((await client.visit()) === 'canary') atCanary += 1;
  return (atCanary * 100) / clients.length;
}

describe('a caller with session affinity', () => {
  it('who met the canary stays there while its weight grows, and new callers follow the weight', async () => {
    const route = createRun(canaryWith({ cookieName: 'side' }));
    route(20);
    const early = createClients(200);
    expect(Math.abs((await percentAtCanary(early)) - 20)).toBeLessThan(3);
    const met = early.filter(({ cookies }) => cookies.has('side'));
    expect(met).toHaveLength(40);
    for (const weight of [20, 50]) {
      route(weight);
      expect(await percentAtCanary(met)).toBe(100);
      expect(Math.abs((await percentAtCanary(createClients(200))) - weight)).toBeLessThan(3);
    }
  });

  it('who comes back in each step, many times, leaves the measured share at the weight', async () => {
    const route = createRun(canaryWith({ cookieName: 'side', primaryCookieName: 'home' }));
    const regulars = createClients(200);
    for (const weight of [10, 25, 50, 75, 100]) {
      route(weight);
      for (let visits = 0; visits < 3; visits += 1) {
        expect(Math.abs((await percentAtCanary(regulars)) - weight)).toBeLessThan(3);
      }
      expect(Math.abs((await percentAtCanary(createClients(100))) - weight)).toBeLessThan(3);
    }
  });

  it('loses the cookie with the first answer after the run, and the next run begins anew', async () => {
    const route = createRun(canaryWith({ cookieName: 'side', path: '/' }));
    route(50);
    const clients = createClients(100);
    await percentAtCanary(clients);
    const met = clients.filter(({ cookies }) => cookies.has('side'));
    expect(met).toHaveLength(50);
    route(0);
    expect(await percentAtCanary(clients)).toBe(0);
    expect(clients.filter(({ cookies }) => cookies.has('side'))).toHaveLength(0);
    route(10);
    expect(Math.abs((await percentAtCanary(met)) - 10)).toBeLessThan(3);
  });

  it('goes where the weights say once the promotion brings traffic back step by step', async () => {
    const route = createRun(canaryWith({ cookieName: 'side' }));
    route(50);
    const clients = createClients(100);
    await percentAtCanary(clients);
    for (const weight of [30, 10]) {
      route(weight);
      expect(Math.abs((await percentAtCanary(clients)) - weight)).toBeLessThan(3);
    }
  });

  it('is found by a cookie name made of characters that patterns know', async () => {
    const route = createRun(canaryWith({ cookieName: 'a.b|c$^*+' }));
    route(50);
    const clients = createClients(20);
    await percentAtCanary(clients);
    const met = clients.filter(({ cookies }) => cookies.size > 0);
    expect(met.length).toBeGreaterThan(0);
    expect(await percentAtCanary(met)).toBe(100);
  });
});

describe('mirroring', () => {
  it('copies each request to the canary without iterations, and nobody is answered by it', async () => {
    const route = createRun(canaryWith());
    route(0, true);
    expect(await percentAtCanary(createClients(20))).toBe(0);
    await vi.waitFor(() => expect(canaryPod.seen).toHaveLength(20));
    route(0);
    expect(await percentAtCanary(createClients(20))).toBe(0);
    expect(canaryPod.seen).toHaveLength(20);
  });
});
