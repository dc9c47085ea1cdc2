import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanaryAnalysis } from '@sluice/sluice/api/canary.ts';
import { endpointSlices } from '@sluice/kube/objects/resources.ts';
import { countReadyEndpoints } from '@sluice/sluice/rules/traffic/ready-endpoints.ts';
import {
  abort,
  crash,
  fault,
  health,
  images,
  reply,
  ship,
  sides,
  suspend,
  wait,
} from '../../proofs/deeds/life.ts';
import { meddling } from '../../proofs/deeds/meddling.ts';
import { longest } from '../../proofs/proof-runs.ts';
import { prove } from '../../proofs/prove.ts';
import { live } from '../../proofs/story-under-watch.ts';
import { allHooks, worldOf } from '../../proofs/worlds.ts';
import type { ApiFault } from '../../support/fakes/api-faults.ts';
import type { HookReply } from '../../support/fakes/fake-receiver.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import { expectCured } from './expect-cured.ts';

const hooks = allHooks.filter(([, path]) => !path.endsWith('-too'));
const paths = hooks.map(([, path]) => path);
const shipped = ['podinfo:2', 'podinfo:3', 'podinfo:2', 'podinfo:3', 'podinfo:1'];
const replies: readonly HookReply[] = [200, 200, 403, 500, 'silence', 'refused'];
/** Such as are over within the seconds after which the traffic is looked at. */
const faults: readonly ApiFault[] = [500, 409, 'lost'];

const story = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 30 }).map(wait) },
    { weight: 3, arbitrary: fc.constantFrom(...shipped).map(ship) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom(...images), fc.constantFrom(...sides), fc.boolean())
        .map(([image, app, up]) => health(image, app, up)),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom(...paths), fc.constantFrom(...replies))
        .map(([path, answer]) => reply(path, answer)),
    },
    fc.constant(crash(0)),
    fc
      .tuple(fc.constantFrom('status$', 'httproutes', 'deployments', 'services'), fc.constantFrom(...faults))
      .map(([path, kind]) => fault(path, kind, 2)),
    fc.boolean().map(suspend),
    fc.constantFrom(...meddling.filter(({ text }) => text.includes('deletes the route'))),
    fc.constant(abort),
  ),
  { maxLength: 14 },
);

const routing = fc.constantFrom<Partial<CanaryAnalysis>>(
  {},
  { mirror: true },
  { sessionAffinity: { cookieName: 'side', primaryCookieName: 'home' } },
);

const serves = (scenario: Scenario, service: string): boolean =>
  countReadyEndpoints(
    scenario.store.list(endpointSlices, {
      namespace: 'test',
      labels: { 'kubernetes.io/service-name': service },
    }),
  ) > 0;

/** What must hold whenever the dust has settled: no share for a side that is down while the other is up. */
function expectGuarded(scenario: Scenario): void {
  const [primary, canary] = [serves(scenario, 'podinfo-primary'), serves(scenario, 'podinfo-canary')];
  if (primary && !canary) expect(scenario.weight()).toBe(0);
  if (canary && !primary) expect(scenario.weight()).toBe(100);
}

describe('whatever happens', () => {
  it(
    'traffic goes where it is served, and the canary comes to rest once all is well',
    async ({ annotate }) => {
      await prove(
        'traffic',
        { long: 100, short: 20 },
        annotate,
        fc.asyncProperty(story, routing, async (deeds, parts) => {
          const strategy = { name: 'weights', analysis: { stepWeight: 25, maxWeight: 50, ...parts } };
          // Long enough for several deeds to fall into one run.
          const given = worldOf(strategy, hooks, { analysis: { interval: '30s', threshold: 3 } });
          const { scenario } = await live(given);
          for (const deed of deeds) {
            await deed.act(scenario, given);
            // A fault of the API may take some attempts to get over.
            await scenario.clock.advance('5s');
            expectGuarded(scenario);
          }
          await expectCured(scenario, given);
          await scenario.end();
        }),
      );
    },
    longest,
  );
});
