import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanaryAnalysis } from '../../api/canary.ts';
import { nextSessionCookies, routeCookies, sessionCookies } from './session-cookies.ts';
import type { SessionCookies } from './session-cookies.ts';

const names = { cookieName: 'side', primaryCookieName: 'home' };
const analysis: CanaryAnalysis = { interval: '1m', threshold: 5, stepWeight: 10, sessionAffinity: names };
const oneCookie: CanaryAnalysis = { ...analysis, sessionAffinity: { cookieName: 'side' } };

/** 0.00, 0.02, 0.04 ...: the letters in their order. */
function createCountingRandom(): () => number {
  let count = 0;
  return () => (count++ % 50) / 50;
}

function next(
  kept: SessionCookies,
  [from, to]: readonly [number, number],
  of = analysis,
  random = createCountingRandom(),
): SessionCookies {
  return nextSessionCookies({ analysis: of, kept, from, to, random });
}

const first = 'abcdefghij';
const second = 'klmnopqrst';

describe('session cookies', () => {
  it.each<
    readonly [string, SessionCookies, readonly [number, number], CanaryAnalysis | undefined, SessionCookies]
  >([
    ['at rest there are none', {}, [0, 0], undefined, {}],
    [
      'the first step gives one to each side',
      {},
      [0, 10],
      undefined,
      { sessionAffinityCookie: `side=${first}`, primarySessionAffinityCookie: `home=${second}` },
    ],
    [
      'without a name the primary gets none',
      {},
      [0, 10],
      oneCookie,
      { sessionAffinityCookie: `side=${first}` },
    ],
    [
      'a step keeps that of the canary, renews that of the primary, and its holders are drawn again',
      { sessionAffinityCookie: 'side=s', primarySessionAffinityCookie: 'home=h' },
      [10, 20],
      undefined,
      {
        sessionAffinityCookie: 'side=s',
        primarySessionAffinityCookie: `home=${first}`,
        redraw: { cookie: 'home=h', weight: 10 },
      },
    ],
    [
      'a weight that stays changes nothing',
      { sessionAffinityCookie: 'side=s', primarySessionAffinityCookie: 'home=h' },
      [10, 10],
      undefined,
      { sessionAffinityCookie: 'side=s', primarySessionAffinityCookie: 'home=h' },
    ],
    [
      'at weight 0 that of the canary is the one to take back',
      {
        sessionAffinityCookie: 'side=s',
        primarySessionAffinityCookie: 'home=h',
        previousSessionAffinityCookie: 'side=older',
        redraw: { cookie: 'home=g', weight: 10 },
      },
      [20, 0],
      undefined,
      { previousSessionAffinityCookie: 'side=s' },
    ],
    [
      'and it stays so until the next run',
      { previousSessionAffinityCookie: 'side=s' },
      [0, 0],
      undefined,
      { previousSessionAffinityCookie: 'side=s' },
    ],
    [
      'the next run has its own',
      { previousSessionAffinityCookie: 'side=s' },
      [0, 10],
      oneCookie,
      { sessionAffinityCookie: `side=${first}`, previousSessionAffinityCookie: 'side=s' },
    ],
    [
      'a promotion that brings traffic back step by step lets callers go at its first step',
      { sessionAffinityCookie: 'side=s', primarySessionAffinityCookie: 'home=h' },
      [50, 40],
      undefined,
      { previousSessionAffinityCookie: 'side=s' },
    ],
    [
      'and gives no new one at the others',
      { previousSessionAffinityCookie: 'side=s' },
      [40, 40],
      undefined,
      { previousSessionAffinityCookie: 'side=s' },
    ],
    [
      'affinity that is new in the spec begins with the next step',
      {},
      [10, 20],
      oneCookie,
      { sessionAffinityCookie: `side=${first}` },
    ],
    [
      'affinity that left the spec leaves none',
      { sessionAffinityCookie: 'side=s' },
      [10, 10],
      { interval: '1m', threshold: 5, stepWeight: 10 },
      {},
    ],
    [
      'an A/B test has none: the request says where it goes',
      {},
      [0, 100],
      { ...analysis, iterations: 3, match: [{ headers: { 'x-beta': { exact: 'yes' } } }] },
      {},
    ],
  ])('%s', (_title, kept, change, of, expected) => {
    expect(next(kept, change, of)).toEqual(expected);
  });

  it('are a name and ten letters, whatever chance says', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.infiniteStream(chance), (stream) => {
        const { sessionAffinityCookie } = next({}, [0, 10], oneCookie, () => stream.next().value ?? 0);
        expect(sessionAffinityCookie).toMatch(/^side=[A-Za-z]{10}$/);
      }),
    );
  });

  it('over any ramp keep one for the canary, draw holders of the last step again, and end with one to take back', () => {
    const ramps = fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(ramps, fc.infiniteStream(fc.integer({ min: 0, max: 51 })), (weights, stream) => {
        const rising = weights.toSorted((a, b) => a - b);
        const random = () => (stream.next().value ?? 0) / 52;
        let kept: SessionCookies = {};
        const canaries = new Set<string | undefined>();
        for (const [index, weight] of rising.entries()) {
          const from = rising[index - 1] ?? 0;
          const before = kept.primarySessionAffinityCookie;
          kept = next(kept, [from, weight], analysis, random);
          canaries.add(kept.sessionAffinityCookie);
          const redraw = before === undefined ? undefined : { cookie: before, weight: from };
          expect(kept.redraw).toEqual(redraw);
          expect(next(kept, [weight, weight])).toEqual(kept);
        }
        const [canary] = canaries;
        expect(canaries.size).toBe(1);
        const end = next(kept, [rising.at(-1) ?? 0, 0], analysis, random);
        expect(end).toEqual({ previousSessionAffinityCookie: canary });
      }),
    );
  });
});

describe('a status that Flagger left', () => {
  it('holds no cookie of the primary where it has no name', () => {
    const counters = { phase: 'Progressing', canaryWeight: 20, failedChecks: 0, iterations: 0 } as const;
    const sessionAffinityCookie = 'canary=prKDKkDNsy';
    const left = { ...counters, sessionAffinityCookie, primarySessionAffinityCookie: '=TOaLfcSloK' };
    expect(sessionCookies(left)).toEqual({ sessionAffinityCookie });
  });
});

describe('what the routes are told', () => {
  it('is nothing without cookies', () => {
    expect(routeCookies({})).toBeUndefined();
  });

  it('is which cookie stays where, and which one is over', () => {
    const redraw = { cookie: 'home=g', weight: 10 };
    const kept = {
      sessionAffinityCookie: 'side=s',
      primarySessionAffinityCookie: 'home=h',
      previousSessionAffinityCookie: 'side=r',
      redraw,
    };
    expect(routeCookies(kept)).toEqual({ canary: 'side=s', primary: 'home=h', previous: 'side=r', redraw });
    expect(routeCookies({ previousSessionAffinityCookie: 'side=r' })).toEqual({ previous: 'side=r' });
  });
});
