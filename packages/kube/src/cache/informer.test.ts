import { expect, it } from 'vitest';
import { config, createInformerBench } from '../../../../test/support/rigs/informer-bench.ts';
import { configMaps } from '../objects/resources.ts';

it('an informer that was stopped tells nobody of a list that was on its way', async () => {
  const bench = createInformerBench();
  bench.server.put(config('a'));
  const release = bench.server.holdLists();
  const watching = bench.cache.watchKind(configMaps);
  await bench.clock.settle();
  watching.stop();
  release();
  await bench.clock.settle();
  expect(bench.changes).toEqual([]);
  await bench.end();
});
