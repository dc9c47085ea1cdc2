import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, httpRoutes, pods } from '@sluice/kube/objects/resources.ts';
import { configChecksum } from '@sluice/sluice/rules/configs/config-checksum.ts';
import { deed } from '../../proofs/deeds/deed.ts';
import { configurations, paint } from '../../proofs/deeds/edits.ts';
import { crash, reply, ship, wait } from '../../proofs/deeds/life.ts';
import { longest } from '../../proofs/proof-runs.ts';
import { prove } from '../../proofs/prove.ts';
import { live } from '../../proofs/story-under-watch.ts';
import { allHooks, worldOf } from '../../proofs/worlds.ts';
import type { ApiFault } from '../../support/fakes/api-faults.ts';
import { dieAfterWrite } from '../../support/checks/fatal-writes.ts';
import { copyOf } from '../../support/scenario/configs.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import { expectCured } from './expect-cured.ts';

const paths = ['/confirm-rollout', '/load', '/promotion'];
const hooks = allHooks.filter(([, path]) => paths.includes(path));
const strategy = { name: 'weights', analysis: { stepWeight: 25, maxWeight: 50 } };
const given = worldOf(strategy, hooks, { configured: true, analysis: { interval: '10s', threshold: 3 } });

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
  .map(([request, kind, times]) =>
    deed(`${kind} at ${times} of ${request}`, ({ api }) => api.break(new RegExp(request), kind, times)),
  );
const fatalWrite = fc
  .constantFrom('settings-primary', 'podinfo-primary', 'status')
  .map((path) => deed(`crash after a write of ${path}`, (scenario) => dieAfterWrite(scenario, 1, path)));

const story = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 30 }).map(wait) },
    { weight: 5, arbitrary: fc.constantFrom(...configurations) },
    { weight: 2, arbitrary: fc.constantFrom('podinfo:1', 'podinfo:2').map(ship) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...paths), fc.constantFrom(200, 200, 403))
        .map(([path, answer]) => reply(path, answer)),
    },
    { weight: 3, arbitrary: fault },
    fc.constant(crash(0)),
    fatalWrite,
  ),
  { maxLength: 14 },
);

/** Notes what each pod of the target read when it started, and each content that the copy ever had. */
function watchReaders(scenario: Scenario): { readonly complaints: readonly string[] } {
  const read = new Map<string, string>();
  const complaints: string[] = [];
  const now = (): string | undefined => {
    const settings = scenario.store.get(configMaps, { namespace: 'test', name: 'settings' });
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

/** A change of the configuration alone is a revision, too. */
async function expectPainted(scenario: Scenario): Promise<void> {
  await paint('cure').act(scenario, given);
  await scenario.until(() => scenario.status().phase !== 'Succeeded', 1_800_000);
  await scenario.reaches('Succeeded', 1_800_000);
  expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'cure' });
  expect(scenario.image('podinfo-primary')).toBe('podinfo:cure');
  expect(scenario.replicas('podinfo')).toBe(0);
}

describe('whatever happens to its configuration', () => {
  it(
    'only what was analysed is copied, traffic goes to pods that read it, and the canary comes to rest',
    async ({ annotate }) => {
      await prove(
        'configuration',
        { long: 100, short: 20 },
        annotate,
        fc.asyncProperty(story, async (deeds) => {
          const { scenario, watch } = await live(given);
          const readers = watchReaders(scenario);
          for (const one of deeds) {
            await one.act(scenario, given);
            await scenario.clock.advance('1s');
          }
          await expectCured(scenario, given);
          await expectPainted(scenario);
          expect(readers.complaints).toEqual([]);
          expect(watch.violations).toEqual([]);
          await scenario.end();
        }),
      );
    },
    longest,
  );
});
