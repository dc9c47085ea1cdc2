import type { CanaryAnalysis, CanarySpec } from '@sluice/sluice/api/canary.ts';
import { configMaps, secrets } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { changeConfig, configMap } from '../../support/scenario/configs.ts';
import { namespace, scenarioCanary } from '../../support/scenario/objects.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import { deed } from './deed.ts';
import type { Deed } from '../world.ts';
import { livingCanary } from './life.ts';

/** What its owners change beside the image: the Canary itself, and the configuration that the target reads. */

const edit = (text: string, change: (spec: CanarySpec) => Partial<CanarySpec>): Deed =>
  deed(text, (scenario) => {
    if (livingCanary(scenario) !== undefined) scenario.edit(change);
  });

const analysis = (text: string, change: (analysis: CanaryAnalysis) => CanaryAnalysis): Deed =>
  edit(text, (spec) => ({ analysis: change(spec.analysis) }));

/** Other weights for a canary, another count for blue/green and A/B: the CRD allows one way to give them. */
function paced(analysis: CanaryAnalysis, stepWeights: readonly number[], iterations: number): CanaryAnalysis {
  if ((analysis.iterations ?? 0) > 0) return { ...analysis, iterations };
  const { stepWeight: _, maxWeight: __, ...others } = analysis;
  return { ...others, stepWeights: [...stepWeights] };
}

/** Hooks that are asked anew at each use: one that comes or goes counts from there on. */
const askedAnew = new Set(['rollout', 'confirm-traffic-increase', 'rollback']);

export const edits: readonly Deed[] = [
  analysis('interval 5s', (own) => ({ ...own, interval: '5s' })),
  analysis('interval 20s', (own) => ({ ...own, interval: '20s' })),
  analysis('threshold 1', (own) => ({ ...own, threshold: 1 })),
  analysis('threshold 5', (own) => ({ ...own, threshold: 5 })),
  analysis('weights 20, 80', (own) => paced(own, [20, 80], 3)),
  analysis('weight 100', (own) => paced(own, [100], 1)),
  analysis('the rollout, traffic and rollback hooks go', ({ webhooks = [], ...own }) => ({
    ...own,
    webhooks: webhooks.filter(({ type }) => !askedAnew.has(type ?? 'rollout')),
  })),
  analysis('one more rollout hook', ({ webhooks = [], ...own }) => ({
    ...own,
    webhooks: [...webhooks, { name: 'late', type: 'rollout', url: 'http://receiver/late' }],
  })),
  edit('analysis skipped from now on', () => ({ skipAnalysis: true })),
  edit('analysis no longer skipped', () => ({ skipAnalysis: false })),
  edit('revert on deletion', () => ({ revertOnDeletion: true })),
];

const settings = { namespace, name: 'settings' };

const reads = (scenario: Scenario): boolean =>
  JSON.stringify(scenario.deployment('podinfo') ?? {}).includes('"settings"');

/** Of no use to a canary whose target reads nothing. */
export const paint = (color: string): Deed =>
  deed(`settings say ${color}`, (scenario) => {
    if (!reads(scenario)) return;
    if (scenario.store.get(configMaps, settings) === undefined)
      scenario.store.create(configMaps, configMap('settings', { color }));
    else changeConfig(scenario, configMaps, 'settings', { color });
  });

export const configurations: readonly Deed[] = [
  paint('blue'),
  paint('red'),
  paint('green'),
  deed('another key', (scenario) => {
    if (reads(scenario)) changeConfig(scenario, secrets, 'key', { token: 'dHdv' });
  }),
  deed('somebody deletes the settings', ({ store }) => {
    if (store.get(configMaps, settings) !== undefined) store.delete(configMaps, settings);
  }),
];

export const deletion: Deed = deed('the canary is deleted', (scenario) => {
  if (livingCanary(scenario) !== undefined) scenario.store.delete(canaries, { namespace, name: 'podinfo' });
});

export const creation: Deed = deed('the canary is created again', ({ store }, world) => {
  if (store.get(canaries, { namespace, name: 'podinfo' }) === undefined)
    store.create(canaries, scenarioCanary(world));
});
