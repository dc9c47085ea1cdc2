import { describe, expect, it } from 'vitest';
import { gateways, httpRoutes } from '@sluice/kube/objects/resources.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import { scenarioGateway } from '../support/scenario/objects.ts';

const namespace = 'test';
const matchAlways = [{ headers: { 'x-canary': { regex: '(?i)always' } } }];
const ab = { iterations: 2, match: matchAlways } as const;

const routed = (scenario: Scenario) => scenario.condition('RoutesNotAccepted');
const warnings = (scenario: Scenario): number =>
  scenario.events().filter((event) => event === 'Warning RoutesNotAccepted').length;
const rules = (scenario: Scenario) => asList(asRecord(scenario.route()?.['spec'])['rules']).map(asRecord);

/** A gateway that takes no regular expression: it refuses the whole route. */
const refusesRegex = (route: AnyKubeObject) =>
  JSON.stringify(route['spec']).includes('RegularExpression')
    ? [{ type: 'Accepted', status: 'False', reason: 'UnsupportedValue' }]
    : [];

/** What a gateway may say of a route that it does not follow. */
const refusals = [
  ['Accepted: False', [{ type: 'Accepted', status: 'False', reason: 'NotAllowedByListeners' }]],
  ['PartiallyInvalid', [{ type: 'PartiallyInvalid', status: 'True', reason: 'UnsupportedValue' }]],
  ['ResolvedRefs: False', [{ type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound' }]],
] as const;

describe('a gateway that does not take the route', () => {
  it.each(refusals)('is a condition and one Warning at initialization: %s', async (_name, verdict) => {
    const scenario = await createScenario({});
    scenario.dataPlane.judge(() => verdict);
    await scenario.clock.advance('30s');
    expect(routed(scenario)?.status).toBe('True');
    expect(routed(scenario)?.message).toContain(verdict[0].reason);
    expect(warnings(scenario)).toBe(1);
    scenario.dataPlane.judge(() => []);
    await scenario.reaches('Initialized');
    await scenario.clock.advance('3s');
    expect(routed(scenario)).toBeUndefined();
  });

  it.each(refusals)('is a condition and one Warning at rest: %s', async (_name, verdict) => {
    const scenario = await initialized();
    await scenario.clock.advance('5s');
    scenario.dataPlane.judge(() => verdict);
    await scenario.clock.advance('5m');
    expect(routed(scenario)?.message).toContain(verdict[0].reason);
    expect(warnings(scenario)).toBe(1);
    scenario.api.takeRequests();
    await scenario.clock.advance('10m');
    expect(scenario.api.takeRequests()).toEqual([]);
    scenario.dataPlane.judge(() => []);
    await scenario.clock.advance('3s');
    expect(routed(scenario)).toBeUndefined();
  });

  it.each(refusals)('holds a run, which ends at its deadline: %s', async (_name, verdict) => {
    const scenario = await initialized({ spec: { progressDeadlineSeconds: 60 } });
    await scenario.clock.advance('5s');
    scenario.dataPlane.judge(() => verdict);
    scenario.ship('podinfo:2');
    await scenario.clock.advance('30s');
    expect(scenario.status()).toMatchObject({ phase: 'Progressing', canaryWeight: 0 });
    expect(scenario.status().waiting).toMatchObject({ for: 'routes' });
    await scenario.reaches('Failed', 60_000);
    expect(scenario.status().run?.cause).toContain(verdict[0].reason);
  });

  it.each(refusals)(
    'right after a step that is accepted is a reason to go back: %s',
    async (_name, verdict) => {
      const scenario = await progressing();
      await scenario.clock.advance('2s');
      const isStep = (route: AnyKubeObject) => JSON.stringify(route['spec']).includes('"weight":50');
      scenario.dataPlane.judge((route) => (isStep(route) ? verdict : []));
      await scenario.reaches('Failed', 15_000);
      await scenario.clock.advance('3s');
      expect(scenario.weight()).toBe(0);
      expect(scenario.status().run?.cause).toContain(verdict[0].reason);
      expect(routed(scenario)).toBeUndefined();
    },
  );
});

describe('a Gateway that does not exist', () => {
  it('is named at initialization', async () => {
    const scenario = await createScenario({ gateway: false });
    scenario.dataPlane.judge(() => 'silence');
    await scenario.clock.advance('30s');
    expect(routed(scenario)?.message).toContain('Gateway test/gateway does not exist');
    expect(warnings(scenario)).toBe(1);
    scenario.store.create(gateways, scenarioGateway());
    scenario.dataPlane.judge(() => []);
    await scenario.reaches('Initialized');
    await scenario.clock.advance('3s');
    expect(routed(scenario)).toBeUndefined();
  });

  it('any more is named at rest', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('3s');
    scenario.store.delete(gateways, { namespace, name: 'gateway' });
    await scenario.clock.advance('20s');
    expect(routed(scenario)?.message).toContain('Gateway test/gateway does not exist');
  });

  it('in another namespace is looked for there', async () => {
    const scenario = await createScenario({
      spec: { service: { port: 9898, gatewayRefs: [{ name: 'gateway', namespace: 'infra' }] } },
    });
    scenario.dataPlane.judge(() => 'silence');
    await scenario.clock.advance('30s');
    expect(routed(scenario)?.message).toContain('Gateway infra/gateway does not exist');
  });
});

describe('an implementation that writes no status at all', () => {
  it('is trusted, and that is said once', async () => {
    const { status: _, ...silent } = scenarioGateway();
    const scenario = await createScenario({ gateway: false, objects: [[gateways, silent]] });
    scenario.dataPlane.judge(() => 'silence');
    // What it said before it fell silent.
    const route = scenario.route();
    if (route !== undefined)
      scenario.store.update(httpRoutes, { ...route, status: {} }, { subresource: 'status' });
    await scenario.reaches('Initialized');
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.history.phases.at(-1) === 'Succeeded');
    expect(scenario.messages().filter((text) => text.includes('writes no status'))).toHaveLength(1);
  });

  it('but takes the Gateway is waited for', async () => {
    const scenario = await createScenario({});
    scenario.dataPlane.judge(() => 'silence');
    const route = scenario.route();
    if (route !== undefined)
      scenario.store.update(httpRoutes, { ...route, status: {} }, { subresource: 'status' });
    await scenario.clock.advance('30s');
    expect(routed(scenario)?.message).toContain('gateway');
  });
});

describe('rules of an A/B test', () => {
  it('exist only while a run needs them', async () => {
    const scenario = await initialized({ analysis: ab });
    expect(rules(scenario)).toHaveLength(1);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().iterations === 1);
    await scenario.clock.advance('1s');
    expect(rules(scenario)).toHaveLength(2);
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('3s');
    expect(rules(scenario)).toHaveLength(1);
  });

  it('that the gateway refuses are taken back, and everybody is served', async () => {
    const scenario = await initialized({ analysis: ab });
    await scenario.clock.advance('3s');
    scenario.dataPlane.judge(refusesRegex);
    expect(routed(scenario)).toBeUndefined();
    scenario.ship('podinfo:2');
    await scenario.reaches('Failed', 60_000);
    await scenario.clock.advance('3s');
    expect(rules(scenario)).toHaveLength(1);
    expect(routed(scenario)).toBeUndefined();
    expect(scenario.status().run?.cause).toContain('UnsupportedValue');
  });
});
