import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '../../src/api/kube-object.ts';
import { configMaps, httpRoutes, pods } from '../../src/api/resources.ts';
import { configChecksum } from '../../src/rules/config-checksum.ts';
import { isResting } from '../../src/rules/phases.ts';
import type { ApiFault } from '../support/api-faults.ts';
import { dieAfterWrite } from '../support/fatal-writes.ts';
import type { HookReply } from '../support/fake-receiver.ts';
import { changeConfig, configMap, copyOf, reading } from '../support/scenario-configs.ts';
import { createScenario } from '../support/scenario.ts';
import type { Scenario } from '../support/scenario.ts';

type Deed = (scenario: Scenario) => void | Promise<void>;

const deed = (name: string, act: Deed): Deed => Object.assign(act, { toString: () => name });
const colors = ['blue', 'red', 'green'];
const ref = { namespace: 'test', name: 'settings' };

function paint(scenario: Scenario, color: string): void {
  if (scenario.store.get(configMaps, ref) === undefined)
    scenario.store.create(configMaps, configMap('settings', { color }));
  else changeConfig(scenario, configMaps, 'settings', { color });
}

const painting = fc
  .constantFrom(...colors)
  .map((color) => deed(`paint ${color}`, (scenario) => paint(scenario, color)));
const deletion = fc.constant(
  deed('settings deleted', (scenario) => {
    if (scenario.store.get(configMaps, ref) !== undefined) scenario.store.delete(configMaps, ref);
  }),
);
const shipping = fc
  .constantFrom('podinfo:1', 'podinfo:2')
  .map((image) => deed(`ship ${image}`, (scenario) => scenario.ship(image)));
const time = fc
  .integer({ min: 1, max: 30 })
  .map((seconds) => deed(`${seconds} s`, (scenario) => scenario.clock.advance(seconds * 1_000)));
const answers = fc
  .tuple(fc.constantFrom('/rollout', '/load', '/promotion'), fc.constantFrom<HookReply>(200, 200, 403))
  .map(([path, reply]) =>
    deed(`${path} says ${JSON.stringify(reply)}`, (scenario) => scenario.receiver.reply(path, reply)),
  );
const fault = fc
  .tuple(
    fc.constantFrom(
      'GET .*settings$',
      'GET .*-primary$',
      '(PATCH|POST) .*configmaps',
      'PATCH .*(podinfo-primary|status)$',
    ),
    fc.constantFrom<ApiFault>(500, 409, 'lost', 'unreached'),
    fc.integer({ min: 1, max: 4 }),
  )
  .map(([path, kind, times]) =>
    deed(`${kind} at ${path}`, (scenario) => scenario.api.break(new RegExp(path), kind, times)),
  );
const crash = fc.constant(
  deed('crash', async (scenario) => {
    scenario.kill();
    await scenario.replace();
  }),
);
const fatalWrite = fc.constantFrom('settings-primary', 'podinfo-primary', 'status').map((path) =>
  deed(`crash after a write of ${path}`, (scenario) => {
    dieAfterWrite(scenario, 1, path);
  }),
);

const story = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: time },
    { weight: 5, arbitrary: painting },
    { weight: 2, arbitrary: shipping },
    { weight: 2, arbitrary: answers },
    { weight: 3, arbitrary: fault },
    crash,
    fatalWrite,
    deletion,
  ),
  { maxLength: 14 },
);

/** Notes what each pod of the target read when it started, and each content that the copy ever had. */
function watch(scenario: Scenario): { readonly complaints: readonly string[] } {
  const read = new Map<string, string>();
  const complaints: string[] = [];
  const now = (): string | undefined => {
    const settings = scenario.store.get(configMaps, ref);
    return settings === undefined ? undefined : configChecksum(settings);
  };
  const recorded = (): string | undefined => scenario.status().trackedConfigs?.['configmap/settings'];
  scenario.store.subscribe(pods, ({ type, object }) => {
    if (type === 'ADDED') read.set(object.metadata.uid ?? '', now() ?? 'nothing');
  });
  scenario.store.subscribe(configMaps, ({ type, object }) => {
    if (object.metadata.name !== 'settings-primary' || type === 'DELETED') return;
    if (configChecksum(object) !== recorded())
      complaints.push(
        `copied ${JSON.stringify(object['data'])} in ${scenario.status().phase}, not what was analysed`,
      );
  });
  scenario.store.subscribe(httpRoutes, () => {
    if ((scenario.weight() ?? 0) === 0 || scenario.status().phase !== 'Progressing') return;
    for (const pod of podsOf(scenario)) {
      const seen = read.get(pod.metadata.uid ?? '');
      if (seen !== recorded()) complaints.push(`${pod.metadata.name} gets traffic, and read ${String(seen)}`);
    }
  });
  return { complaints };
}

const podsOf = (scenario: Scenario): readonly AnyKubeObject[] =>
  scenario.store
    .list(pods, { namespace: 'test', labels: { app: 'podinfo' } })
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined);

async function expectCured(scenario: Scenario): Promise<void> {
  for (const path of ['/rollout', '/load', '/promotion']) scenario.receiver.reply(path, 200);
  paint(scenario, 'blue');
  await scenario.until(() => isResting(scenario.status().phase), 1_800_000);
  await scenario.clock.advance('5m');
  scenario.ship('podinfo:cure');
  await scenario.until(() => scenario.history.phases.at(-1) === 'Succeeded', 1_800_000);
  paint(scenario, 'cure');
  await scenario.until(() => scenario.status().phase !== 'Succeeded', 1_800_000);
  await scenario.reaches('Succeeded', 1_800_000);
  expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'cure' });
  expect(scenario.image('podinfo-primary')).toBe('podinfo:cure');
  expect(scenario.replicas('podinfo')).toBe(0);
}

describe('whatever happens to its configuration', () => {
  it('only what was analysed is copied, traffic goes to pods that read it, and the canary comes to rest', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (deeds) => {
        const scenario = await createScenario({
          target: reading('envFrom configMap'),
          objects: [[configMaps, configMap('settings', { color: 'blue' })]],
          analysis: { interval: '10s' },
          hooks: [
            ['confirm-rollout', '/rollout'],
            ['rollout', '/load'],
            ['confirm-promotion', '/promotion'],
          ],
        });
        await scenario.reaches('Initialized');
        const watched = watch(scenario);
        for (const act of deeds) {
          await act(scenario);
          await scenario.clock.advance('1s');
        }
        await expectCured(scenario);
        expect(watched.complaints).toEqual([]);
      }),
      { numRuns: Number(process.env['SLUICE_CHAOS_RUNS'] ?? 6) },
    );
  }, 600_000);
});
