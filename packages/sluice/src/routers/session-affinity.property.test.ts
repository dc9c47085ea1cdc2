import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patternOf, render, split, sticky } from '../../../../test/support/rigs/sticky-route.ts';
import type { Canary } from '../api/canary.ts';
import type { RouteCookies } from '../ports/router.ts';
import { nextSessionCookies, routeCookies } from '../rules/traffic/session-cookies.ts';

describe('session affinity on the Gateway API', () => {
  it('never writes two rules for the same requests, and observes the weights it was given, whatever the cookies', () => {
    const cookie = (name: string) => fc.option(fc.constant(`${name}=abc`), { nil: undefined });
    const anyCookies = fc.record({
      canary: cookie('side'),
      primary: cookie('home'),
      previous: cookie('gone'),
      redraw: fc.option(
        fc.record({ cookie: fc.constant('home=old'), weight: fc.integer({ min: 1, max: 99 }) }),
        {
          nil: undefined,
        },
      ),
    });
    fc.assert(
      fc.property(anyCookies, fc.integer({ min: 0, max: 100 }), (all, weight) => {
        const cookies: RouteCookies = JSON.parse(JSON.stringify(all));
        const { rules, observed } = render({ weight, cookies });
        expect(new Set(rules.map((rule) => JSON.stringify(rule['matches']))).size).toBe(rules.length);
        expect(observed?.weights).toEqual({ primary: 100 - weight, canary: weight });
        const noCookie = rules.filter((rule) => patternOf(rule) === undefined);
        expect(noCookie.map(split)).toEqual([[100 - weight, weight]]);
      }),
    );
  });
});

/** Where a caller ends who comes once in each step, with what they were given: probability to be at the canary. */
function shareAfter(weights: readonly number[], canary: Canary): number {
  let kept = {};
  let atCanary = 0;
  let letter = 0;
  for (const [index, to] of weights.entries()) {
    const before = routeCookies(kept)?.primary;
    const change = { analysis: canary.spec.analysis, kept, from: weights[index - 1] ?? 0, to };
    kept = nextSessionCookies({ ...change, random: () => (letter++ % 52) / 52 });
    const cookies = routeCookies(kept);
    const { rules } = render({ canary, weight: to, ...(cookies && { cookies }) });
    const taken = rules.find((rule) => new RegExp(patternOf(rule) ?? '').test(before ?? 'none'));
    const [primary = 0, toCanary = 0] = split(taken);
    atCanary += (1 - atCanary) * (toCanary / (primary + toCanary));
  }
  return atCanary * 100;
}

describe('callers who come back in each step', () => {
  const ramps = fc
    .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 12 })
    .map((weights) => weights.toSorted((a, b) => a - b));

  it('are at the canary in the share of its weight, after every ramp', () => {
    fc.assert(
      fc.property(ramps, (weights) => {
        const share = shareAfter(weights, sticky({ primaryCookieName: 'home' }));
        expect(share).toBeCloseTo(weights.at(-1) ?? 0, 6);
      }),
    );
  });
});
