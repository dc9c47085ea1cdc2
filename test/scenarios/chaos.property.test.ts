import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanaryAnalysis } from '../../src/api/canary.ts';
import { canaries, endpointSlices, httpRoutes } from '../../src/api/resources.ts';
import { isResting } from '../../src/rules/phases.ts';
import { countReadyEndpoints } from '../../src/rules/ready-endpoints.ts';
import type { HookReply } from '../support/fake-receiver.ts';
import { initialized } from '../support/scenario.ts';
import type { Scenario } from '../support/scenario.ts';

const images = ['podinfo:1', 'podinfo:2', 'podinfo:3'];
const shipped = ['podinfo:2', 'podinfo:3', 'podinfo:2', 'podinfo:3', 'podinfo:1'];
const gates = ['/confirm-rollout', '/pre', '/load', '/traffic', '/promotion', '/switch'];

type Deed = (scenario: Scenario) => void | Promise<void>;

const deed = (name: string, act: Deed): Deed => Object.assign(act, { toString: () => name });

const shipping = fc
  .constantFrom(...shipped)
  .map((image) => deed(`ship ${image}`, (scenario) => scenario.ship(image)));
const health = fc
  .tuple(fc.constantFrom(...images), fc.boolean(), fc.constantFrom('podinfo', 'podinfo-primary'))
  .map(([image, healthy, app]) =>
    deed(`${image} of ${app} ${healthy ? 'up' : 'down'}`, (scenario) =>
      scenario.kubelet.setHealthy(image, healthy, app),
    ),
  );
const answers = fc
  .tuple(fc.constantFrom(...gates), fc.constantFrom<HookReply>(200, 200, 403, 500, 'silence', 'refused'))
  .map(([path, reply]) =>
    deed(`${path} says ${JSON.stringify(reply)}`, (scenario) => scenario.receiver.reply(path, reply)),
  );
const time = fc
  .integer({ min: 1, max: 30 })
  .map((seconds) => deed(`${seconds} s`, (scenario) => scenario.clock.advance(seconds * 1_000)));
const crash = fc.constant(
  deed('crash', async (scenario) => {
    scenario.kill();
    await scenario.replace();
  }),
);
const fault = fc
  .tuple(
    fc.constantFrom('status$', 'httproutes', 'deployments', 'services'),
    fc.constantFrom(500, 409, 'lost' as const),
  )
  .map(([path, kind]) =>
    deed(`${kind} at ${path}`, (scenario) =>
      scenario.api.break(new RegExp(`(PATCH|POST) .*${path}`), kind, 2),
    ),
  );
const suspension = fc
  .boolean()
  .map((suspend) => deed(suspend ? 'suspend' : 'resume', (scenario) => scenario.edit(() => ({ suspend }))));
const meddling = fc.constant(
  deed('route deleted', (scenario) => {
    if (scenario.route() !== undefined)
      scenario.store.delete(httpRoutes, { namespace: 'test', name: 'podinfo' });
  }),
);

const abort = fc.integer({ min: 1, max: 3 }).map((reason) =>
  deed(`abort ${reason}`, ({ store }) => {
    const object = store.get(canaries, { namespace: 'test', name: 'podinfo' });
    if (object === undefined) return;
    const annotations = { ...object.metadata.annotations, 'sluice.dev/abort': String(reason) };
    store.update(canaries, { ...object, metadata: { ...object.metadata, annotations } });
  }),
);
const routing = fc.constantFrom<Partial<CanaryAnalysis>>(
  {},
  { mirror: true },
  { sessionAffinity: { cookieName: 'side', primaryCookieName: 'home' } },
);

const story = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: time },
    { weight: 3, arbitrary: shipping },
    { weight: 3, arbitrary: health },
    { weight: 3, arbitrary: answers },
    crash,
    fault,
    suspension,
    meddling,
    abort,
  ),
  { maxLength: 14 },
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

/** All is well again, and somebody ships: the canary must get there from wherever it is. */
async function expectCured(scenario: Scenario): Promise<void> {
  scenario.edit(() => ({ suspend: false }));
  for (const image of images)
    for (const app of ['podinfo', 'podinfo-primary']) scenario.kubelet.setHealthy(image, true, app);
  for (const path of gates) scenario.receiver.reply(path, path === '/switch' ? 403 : 200);
  const ends = (): boolean => isResting(scenario.status().phase);
  await scenario.until(ends, 1_800_000);
  scenario.ship('podinfo:cure');
  await scenario.until(() => scenario.history.phases.at(-1) === 'Succeeded', 1_800_000);
  expect(scenario.image('podinfo-primary')).toBe('podinfo:cure');
  expect(scenario.weight()).toBe(0);
  expect(scenario.replicas('podinfo')).toBe(0);
}

describe('whatever happens', () => {
  it('traffic goes where it is served, and the canary comes to rest once all is well', async () => {
    await fc.assert(
      fc.asyncProperty(story, routing, async (deeds, parts) => {
        const scenario = await initialized({
          spec: { progressDeadlineSeconds: 60 },
          // Long enough for several deeds to fall into one run.
          analysis: { interval: '30s', ...parts },
          hooks: [
            ['confirm-rollout', '/confirm-rollout'],
            ['pre-rollout', '/pre'],
            ['rollout', '/load'],
            ['confirm-traffic-increase', '/traffic'],
            ['confirm-promotion', '/promotion'],
            ['rollback', '/switch'],
          ],
          replies: { '/switch': 403 },
        });
        for (const act of deeds) {
          await act(scenario);
          // A fault of the API may take some attempts to get over.
          await scenario.clock.advance('5s');
          expectGuarded(scenario);
        }
        await expectCured(scenario);
      }),
      { numRuns: Number(process.env['SLUICE_CHAOS_RUNS'] ?? 6) },
    );
  }, 600_000);
});
