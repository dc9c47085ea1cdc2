import { describe, expect, it } from 'vitest';
import { createRouteTable } from '../../../../test/contracts/router/route-table.ts';
import { routePlan } from '../../../../test/support/rigs/route-plan.ts';
import { podinfoCanary } from '../../../../test/support/rigs/podinfo-objects.ts';
import {
  backendsOf,
  given,
  patternOf,
  render,
  split,
  sticky,
} from '../../../../test/support/rigs/sticky-route.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { gatewayApiV1 } from './gateway-api-v1.ts';
import { gatewayApiV1beta1 } from './gateway-api-v1beta1.ts';

describe('session affinity on the Gateway API', () => {
  it('sends who has the cookie to the canary, splits the others, and gives it to those who met the canary', () => {
    const { rules, observed } = render({ weight: 10, cookies: { canary: 'side=abc' } });
    expect(rules.map(split)).toEqual([
      [0, 100],
      [90, 10],
    ]);
    expect(rules.map(patternOf)).toEqual(['^(.*; ?)?side=abc(;.*)?$', undefined]);
    expect(rules[0]).toMatchObject({
      matches: [{ headers: [{ type: 'RegularExpression', name: 'Cookie' }] }],
    });
    expect(rules.map(given)).toEqual([
      [[], []],
      [[], ['side=abc; Max-Age=86400']],
    ]);
    expect(observed?.weights).toEqual({ primary: 90, canary: 10 });
  });

  it('keeps who met the primary for the step, and draws those of the step before for the difference only', () => {
    const redraw = { cookie: 'home=old', weight: 25 };
    const canary = sticky({ primaryCookieName: 'home' });
    const cookies = { canary: 'side=abc', primary: 'home=xyz', redraw };
    const { rules, observed } = render({ canary, weight: 50, cookies });
    expect(rules.map(split)).toEqual([
      [0, 100],
      [100, 0],
      [50, 25],
      [50, 50],
    ]);
    expect(rules.map((rule) => /\w+=\w+/.exec(patternOf(rule) ?? '')?.[0])).toEqual([
      'side=abc',
      'home=xyz',
      'home=old',
      undefined,
    ]);
    const both = [['home=xyz; Max-Age=86400'], ['side=abc; Max-Age=86400']];
    expect(rules.map(given)).toEqual([[[], []], [[], []], both, both]);
    expect(observed?.weights).toEqual({ primary: 50, canary: 50 });
  });

  it('writes all attributes in order', () => {
    const canary = sticky({
      secure: true,
      sameSite: 'None',
      path: '/app',
      partitioned: true,
      httpOnly: true,
      domain: 'example.com',
      maxAge: 60,
    });
    const attributes = 'Domain=example.com; HttpOnly; Partitioned; Path=/app; SameSite=None; Secure';
    const { rules } = render({ canary, weight: 10, cookies: { canary: 'side=abc' } });
    expect(given(rules[1])).toEqual([[], [`side=abc; Max-Age=60; ${attributes}`]]);
    const over = render({ canary, weight: 0, cookies: { previous: 'side=abc' } }).rules;
    expect(given(over[0])[0]).toEqual([`side=abc; Max-Age=-1; ${attributes}`]);
  });

  it('takes the cookie of the last run back by the attributes it was given with', () => {
    const canary = sticky({ path: '/', domain: 'example.com' });
    const { rules, observed } = render({ canary, weight: 0, cookies: { previous: 'side=abc' } });
    expect(rules.map(split)).toEqual([
      [100, 0],
      [100, 0],
    ]);
    expect(rules.map(patternOf)).toEqual(['^(.*; ?)?side=abc(;.*)?$', undefined]);
    expect(given(rules[0])[0]).toEqual(['side=abc; Max-Age=-1; Domain=example.com; Path=/']);
    expect(given(rules[1])).toEqual([[], []]);
    expect(observed?.weights).toEqual({ primary: 100, canary: 0 });
  });

  it('takes it back at the weights of a promotion that brings traffic back step by step', () => {
    const { rules, observed } = render({ weight: 30, cookies: { previous: 'side=abc' } });
    expect(rules.map(split)).toEqual([
      [70, 30],
      [70, 30],
    ]);
    const gone = ['side=abc; Max-Age=-1'];
    expect(rules.map(given)).toEqual([
      [gone, gone],
      [[], []],
    ]);
    expect(observed?.weights).toEqual({ primary: 70, canary: 30 });
  });

  it('beside response headers of the service never modifies them twice in one place', () => {
    const canary = sticky({}, { headers: { response: { set: { a: 'b' } } } });
    for (const [weight, cookies] of [
      [0, { previous: 'side=abc' }],
      [10, { canary: 'side=abc' }],
    ] as const) {
      for (const rule of render({ canary, weight, cookies }).rules) {
        const types = asList(rule['filters']).map((filter) => asRecord(filter)['type']);
        expect(types).toEqual(['ResponseHeaderModifier']);
      }
    }
  });

  it('asks of those with the cookie all that the service asks, too', () => {
    const match = [{ uri: { prefix: '/a' }, headers: { host: { exact: 'x' } } }, { uri: { exact: '/b' } }];
    const { rules } = render({ canary: sticky({}, { match }), weight: 10, cookies: { canary: 'side=abc' } });
    expect(rules[0]?.['matches']).toMatchObject([
      { path: { value: '/a' }, headers: [{ name: 'host' }, { name: 'Cookie' }] },
      { path: { value: '/b' }, headers: [{ name: 'Cookie' }] },
    ]);
  });

  it('is refused where the service matches cookies itself: one of the two conditions would be lost', () => {
    const canary = sticky({}, { match: [{ headers: { cookie: { exact: 'a=b' } } }] });
    expect(() => render({ canary, weight: 0 })).toThrow(
      'spec.analysis.sessionAffinity needs the Cookie header for itself',
    );
  });

  it.each([
    ['the canary', 0, [[100, 0]]],
    [
      'the primary',
      100,
      [
        [0, 100],
        [0, 100],
      ],
    ],
  ])('sends nobody to %s while it has no weight, whatever cookie they have', (_side, weight, expected) => {
    const cookies = { canary: 'side=abc', primary: 'home=xyz', redraw: { cookie: 'home=old', weight: 10 } };
    const { rules } = render({ canary: sticky({ primaryCookieName: 'home' }), weight, cookies });
    expect(rules.map(split)).toEqual(expected);
  });

  it('copies requests in every rule while it mirrors', () => {
    const { rules, observed } = render({ weight: 0, mirror: true, cookies: { previous: 'side=abc' } });
    for (const rule of rules) expect(rule['filters']).toMatchObject([{ type: 'RequestMirror' }]);
    expect(observed?.mirrored).toBe(true);
  });

  it('does not leave a cookie on a backend that should give none', () => {
    const canary = sticky();
    const table = createRouteTable();
    const plan = routePlan(canary, 10);
    const [route] = gatewayApiV1.render(plan, table.read);
    if (route === undefined) throw new Error('no route');
    table.write([route]);
    const read = () => table.read(route.resource, route.object.metadata);
    const [rule] = asList(asRecord(read()?.['spec'])['rules']).map(asRecord);
    const foreign = {
      type: 'ResponseHeaderModifier',
      responseHeaderModifier: { add: [{ name: 'a', value: 'b' }] },
    };
    const backendRefs = backendsOf(rule).map((backend) => ({ ...backend, filters: [foreign] }));
    table.change(route, { spec: { rules: [{ ...rule, backendRefs }] } });
    table.write(gatewayApiV1.render(plan, table.read));
    expect(JSON.stringify(read())).not.toContain('ResponseHeaderModifier');
  });

  it('gives way to an A/B test, where the request says where it goes', () => {
    const { analysis } = sticky().spec;
    const match = [{ headers: { 'x-beta': { exact: 'yes' } } }];
    const canary = podinfoCanary({ analysis: { ...analysis, iterations: 3, match } });
    const { rules } = render({ canary, weight: 100, cookies: { canary: 'side=abc' } });
    expect(rules.map(split)).toEqual([[0, 100], [100]]);
    expect(rules.map(patternOf)).toEqual([undefined, undefined]);
  });

  it('has no cookie for the primary on v1beta1', () => {
    const canary = sticky({ primaryCookieName: 'home' });
    const cookies = { canary: 'side=abc', primary: 'home=xyz', redraw: { cookie: 'home=old', weight: 10 } };
    const { rules } = render({ canary, weight: 50, cookies, router: gatewayApiV1beta1 });
    expect(rules.map(split)).toEqual([
      [0, 100],
      [50, 50],
    ]);
    expect(given(rules[1])).toEqual([[], ['side=abc; Max-Age=86400']]);
  });
});
