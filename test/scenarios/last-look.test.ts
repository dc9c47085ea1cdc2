import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { endpointSlices, httpRoutes, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const namespace = 'test';

/** The EndpointSlice of a side, as the controller reads it. */
function sliceOf(scenario: Scenario, service: string): AnyKubeObject {
  const slices = scenario.store.list(endpointSlices, { namespace });
  const slice = slices.find(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);
  if (slice === undefined) throw new Error(`no slice of ${service}`);
  return slice;
}

const isReady = (scenario: Scenario, service: string): boolean =>
  asList(sliceOf(scenario, service)['endpoints']).some(
    (endpoint) => asRecord(asRecord(endpoint)['conditions'])['ready'] === true,
  );

/** All endpoints of a side go at this moment. */
const drop = (scenario: Scenario, service: string): void =>
  void scenario.store.update(endpointSlices, { ...sliceOf(scenario, service), endpoints: [] });

/** Somebody takes a label off a Service, which the next pass puts back before it writes routes. */
function spoilService(scenario: Scenario, name: string): void {
  const service = scenario.store.get(services, { namespace, name });
  if (service === undefined) throw new Error(`no service ${name}`);
  scenario.store.update(services, { ...service, metadata: { ...service.metadata, labels: {} } });
}

/** Somebody gives the canary this share of the requests. */
function setWeight(scenario: Scenario, percent: number): void {
  const route = structuredClone(scenario.route());
  if (route === undefined) throw new Error('no route');
  for (const rule of asList(asRecord(route['spec'])['rules']).map(asRecord))
    for (const backend of asList(rule['backendRefs']).map(asRecord) as Record<string, unknown>[])
      backend['weight'] = backend['name'] === 'podinfo-primary' ? 100 - percent : percent;
  scenario.store.update(httpRoutes, route);
}

/** What a rollback writes into the route. */
const moveAll = (scenario: Scenario): void => setWeight(scenario, 0);

/** Once a write is on its way the successor acts; whoever sent that write hears its answer and dies. */
function overtake(scenario: Scenario, write: RegExp, act: () => void): void {
  let overtaken = false;
  scenario.api.beforeWrite = (request) => {
    if (overtaken || !write.test(request)) return;
    overtaken = true;
    act();
  };
  scenario.api.onWrite = () => {
    if (overtaken) scenario.kill();
  };
}

describe('a side that falls while a pass is under way', () => {
  it('gets no traffic by that pass: the sides are looked at again right before the routes are written', async () => {
    const scenario = await progressing();
    scenario.kubelet.setHealthy('podinfo:2', false);
    await scenario.until(() => scenario.weight() === 0);
    const end = scenario.store.subscribe(endpointSlices, () => {
      if (!isReady(scenario, 'podinfo-canary')) return;
      end();
      spoilService(scenario, 'podinfo-canary');
    });
    let fell = false;
    scenario.api.beforeWrite = (request) => {
      if (fell || !request.includes('/services/')) return;
      fell = true;
      scenario.kubelet.setHealthy('podinfo:2', false);
      drop(scenario, 'podinfo-canary');
    };
    scenario.kubelet.setHealthy('podinfo:2', true);
    await scenario.until(() => fell);
    await scenario.clock.advance('5s');
    expect(scenario.history.weights).toEqual([25, 0]);
  });
});

describe('a controller that was slow to notice that it leads no longer', () => {
  it('cannot move traffic that its successor has moved since', async () => {
    const scenario = await progressing();
    overtake(scenario, /PATCH .*httproutes/, () => moveAll(scenario));
    await scenario.clock.advance('12s');
    expect(scenario.status().canaryWeight).toBe(50);
    expect(scenario.weight()).toBe(0);
  });

  it('cannot take back what its successor has decided since', async () => {
    const scenario = await progressing();
    await scenario.clock.advance('8s');
    overtake(scenario, /PATCH .*canaries\/podinfo\/status/, () => {
      const canary = scenario.store.get(canaries, { namespace, name: 'podinfo' });
      if (canary === undefined) throw new Error('no canary');
      const status = { ...scenario.canary().status, phase: 'Failed', canaryWeight: 0 };
      scenario.store.update(canaries, { ...canary, status }, { subresource: 'status' });
    });
    await scenario.clock.advance('4s');
    expect(scenario.status()).toMatchObject({ phase: 'Failed', canaryWeight: 0 });
  });
});

describe('a canary whose pods are to be stopped while a watch has fallen silent', () => {
  /** At the end of a run, when all traffic is at the primary already. */
  async function finalising(happens: (scenario: Scenario) => void): Promise<Scenario> {
    const scenario = await initialized({ spec: { skipAnalysis: true } });
    const end = scenario.store.subscribe(canaries, ({ object }) => {
      if (asRecord(object['status'])['phase'] !== 'Finalising') return;
      end();
      happens(scenario);
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Finalising');
    return scenario;
  }

  it('keeps them until the traffic that somebody sent there is back at the primary', async () => {
    const scenario = await finalising((at) => {
      expect(at.api.watches.break(/httproutes$/, 'silent')).toBe(1);
      setWeight(at, 50);
    });
    await scenario.until(() => scenario.weight() === 0, 5_000);
    expect(scenario.replicas('podinfo')).toBe(2);
    await scenario.until(() => scenario.replicas('podinfo') === 0, 5_000);
    await scenario.reaches('Succeeded');
  });

  it('keeps them while the primary does not serve', async () => {
    const scenario = await finalising((at) => {
      expect(at.api.watches.break(/endpointslices$/, 'silent')).toBe(1);
      at.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
      drop(at, 'podinfo-primary');
    });
    await scenario.clock.advance('1m');
    expect(scenario.replicas('podinfo')).toBe(2);
    expect(scenario.events()).toContain('Warning ScaleDownHeld');
  });

  it.each([
    [403, /GET .*httproutes\/podinfo$/],
    [403, /GET .*endpointslices$/],
    [500, /GET .*httproutes\/podinfo$/],
    [500, /GET .*endpointslices$/],
  ] as const)('loses them though the API server answers %s three times to %s', async (code, path) => {
    const scenario = await finalising((at) => {
      at.api.break(path, code, 3);
    });
    await scenario.reaches('Succeeded');
    expect(scenario.api.lastFaultAt()).toBeGreaterThan(0);
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it('loses them also when the answers were wrong and nothing happens afterwards', async () => {
    const scenario = await finalising((at) => {
      at.api.break(/GET .*httproutes\/podinfo$/, 404, 1_000);
    });
    await scenario.clock.advance('2m');
    expect(scenario.replicas('podinfo')).toBe(2);
    scenario.api.heal();
    await scenario.until(() => scenario.status().phase === 'Succeeded', 10_000);
  });
});

describe('a canary with no routes to guard', () => {
  it('keeps running after its run failed for as long as the primary does not serve', async () => {
    const scenario = await progressing({
      provider: 'kubernetes',
      analysis: { iterations: 3 },
      hooks: [['rollback', '/switch', { pollInterval: '1s' }]],
      replies: { '/switch': 403 },
    });
    scenario.kubelet.setHealthy('podinfo:1', false);
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed');
    await scenario.clock.advance('1m');
    expect(scenario.replicas('podinfo')).toBe(2);
    expect(scenario.events()).toContain('Warning ScaleDownHeld');

    scenario.kubelet.setHealthy('podinfo:1', true);
    await scenario.until(() => scenario.replicas('podinfo') === 0, 2_000);
  });
});

describe('a canary that is suspended', () => {
  it('is decided upon no more: traffic stays at its step', async () => {
    const scenario = await progressing();
    scenario.edit(() => ({ suspend: true }));
    await scenario.clock.advance('1m');
    expect(scenario.status()).toMatchObject({ phase: 'Progressing', canaryWeight: 25 });
    scenario.edit(() => ({ suspend: false }));
    await scenario.reaches('Succeeded');
  });

  it('while a decision is on its way to its status: that decision is not taken, and nobody is told of it', async () => {
    const scenario = await progressing();
    await scenario.clock.advance('8s');
    let edited = false;
    scenario.api.beforeWrite = (request) => {
      if (edited || !request.endsWith('canaries/podinfo/status')) return;
      edited = true;
      scenario.edit(() => ({ suspend: true }));
    };
    await scenario.clock.advance('4s');
    expect(edited).toBe(true);
    expect(scenario.status().canaryWeight).toBe(25);
    expect(scenario.messages().join()).not.toContain('canary weight 50');
  });
});

describe('a rollback hook that is hardly ever polled', () => {
  const hooks = [['rollback', '/switch', { pollInterval: '9m' }]] as const;
  const replies = { '/switch': 403 };

  it('is asked once more at the last weight: what it says by then ends the run before its promotion', async () => {
    const scenario = await progressing({ hooks, replies, analysis: { stepWeights: [25] } });
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed');
    expect(scenario.history.phases).not.toContain('Promoting');
  });

  it('is asked once more when all traffic has been judged at the canary', async () => {
    const scenario = await progressing({ hooks, replies, analysis: { iterations: 1 } });
    await scenario.until(() => scenario.weight() === 100);
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed');
    expect(scenario.history.phases).not.toContain('Promoting');
  });
});

describe('an API server that refuses a route again and again', () => {
  it('is asked until it takes it, and the run goes on from there', async () => {
    const scenario = await progressing();
    scenario.api.break(/PATCH .*httproutes/, 500, 6);
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([25, 50, 0]);
  });
});
