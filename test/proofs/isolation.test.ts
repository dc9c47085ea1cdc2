import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanaryStatus } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { deployments, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import { namespace, scenarioCanary, scenarioDeployment, withImage } from '../support/scenario/objects.ts';
import type { Deed } from './world.ts';
import { ownStory } from './deeds/stories.ts';
import { longest } from './proof-runs.ts';
import { prove } from './prove.ts';
import { world, worldOf } from './worlds.ts';
import type { World } from './world.ts';

const name = 'other';

function neighbour(): readonly (readonly [ResourceType, AnyKubeObject])[] {
  const deployment = scenarioDeployment('other:1');
  const spec = asRecord(deployment['spec']);
  const labels = { app: name };
  const template = { ...asRecord(spec['template']), metadata: { labels } };
  const canary = scenarioCanary({ hooks: [['rollout', '/neighbour']] });
  return [
    [
      deployments,
      {
        ...deployment,
        metadata: { name, namespace },
        spec: { ...spec, selector: { matchLabels: labels }, template },
      },
    ],
    [
      canaries,
      {
        ...canary,
        metadata: { name, namespace },
        spec: {
          ...asRecord(canary['spec']),
          provider: 'gatewayapi:v1',
          targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        },
      },
    ],
  ];
}

/** What the neighbour does, with the time since its change, while those things happen next door. */
async function chronicle(given: World, deeds: readonly Deed[]): Promise<readonly string[]> {
  const scenario = await createScenario({ ...given, objects: [...(given.objects ?? []), ...neighbour()] });
  const { store, clock } = scenario;
  await scenario.reaches('Initialized');
  await scenario.clock.advance('10s');
  // How long the start took is the story of the other.
  const shippedAt = clock.now();
  const lines: string[] = [];
  const note = (text: string): void => {
    if (lines.at(-1)?.endsWith(text) !== true) lines.push(`${clock.now() - shippedAt} ${text}`);
  };
  store.subscribe(canaries, ({ object }) => {
    const status = asRecord(object['status']) as Partial<CanaryStatus>;
    if (object.metadata.name === name)
      note(`${status.phase} ${status.canaryWeight} ${status.failedChecks} ${status.iterations}`);
  });
  store.subscribe(httpRoutes, ({ object }) => {
    if (object.metadata.name === name) note(JSON.stringify(asRecord(object['spec'])['rules']));
  });
  const target = store.get(deployments, { namespace, name });
  if (target !== undefined) store.update(deployments, withImage(target, 'other:2'));
  const end = clock.now() + 300_000;
  for (const deed of deeds) await deed.act(scenario, given);
  await clock.advance(Math.max(0, end - clock.now()));
  await scenario.end();
  return lines;
}

describe('two canaries side by side', () => {
  it(
    'never influence each other: what one suffers moves nothing of the other, not even in time',
    async ({ annotate }) => {
      // Once for all: what kind of canary is next door matters as little as what happens to it.
      const alone = await chronicle(worldOf({ name: 'weights by step', analysis: {} }, []), []);
      expect(alone.length).toBeGreaterThan(6);
      await prove(
        'isolation',
        { long: 3_000, short: 300 },
        annotate,
        fc.asyncProperty(world, ownStory, async (given, deeds) => {
          expect(await chronicle(given, deeds)).toEqual(alone);
        }),
      );
    },
    longest,
  );
});
