import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import type { InformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { installCanaryKind, putCanary } from '../../../../../test/support/console/put-canaries.ts';
import { canary } from '../../../../../test/support/console/sample-canaries.ts';
import { createFakeClock } from '../../../../../test/support/fakes/fake-clock.ts';
import { createFakeLog } from '../../../../../test/support/fakes/fake-log.ts';
import { createLocalKube } from '../../../../../test/support/fakes/local-kube.ts';
import { canaries } from '../../api/resources.ts';
import { sourceOf } from './console-cluster.ts';

const never = new AbortController().signal;
const clock = createFakeClock();

let informers: InformerCache;
let kube: ReturnType<typeof createLocalKube>;
beforeEach(async () => {
  kube = createLocalKube(clock);
  await installCanaryKind(kube.client());
  await putCanary(kube.client(), canary('prod', 'first'));
  informers = createInformerCache({ client: kube.client(), clock, log: createFakeLog(), random: () => 0.5 });
});
afterEach(() => informers.stop());

it('tells the Canaries that are there to whoever comes, and each change to all', async () => {
  const source = sourceOf(informers, undefined);
  const told: string[] = [];
  const follow = (who: string) =>
    source.follow(({ type, object }) => void told.push(`${who} ${type} ${object.metadata.name}`));
  follow('early');
  await clock.settle();
  const stopLate = follow('late');
  expect(told).toEqual(['early ADDED first', 'late ADDED first']);
  await putCanary(kube.client(), canary('stage', 'second'));
  await clock.settle();
  stopLate();
  await kube.client().delete(canaries, { namespace: 'prod', name: 'first' }, {}, never);
  await clock.settle();
  expect(told.slice(2)).toEqual(['early ADDED second', 'late ADDED second', 'early DELETED first']);
  expect(source.problem()).toBeUndefined();
});

it('of one namespace tells of no other', async () => {
  const told: string[] = [];
  sourceOf(informers, 'stage').follow(({ object }) => void told.push(object.metadata.name));
  await putCanary(kube.client(), canary('stage', 'second'));
  await clock.settle();
  expect(told).toEqual(['second']);
});
