import fc from 'fast-check';
import type { TestContext } from 'vitest';
import { proofRuns } from './proof-runs.ts';
import type { Counts } from './proof-runs.ts';

const everyMs = 5_000;

/** Tries the property as often as is wanted, and lets the reporter know now and then how far it has come. */
export async function prove<Drawn>(
  name: string,
  counts: Counts,
  annotate: TestContext['annotate'],
  property: fc.IAsyncPropertyWithHooks<Drawn>,
): Promise<void> {
  const parameters = proofRuns(name, counts);
  let begun = 0;
  let saidAt = performance.now();
  const counted = property.beforeEach(() => {
    if (performance.now() - saidAt >= everyMs) {
      saidAt = performance.now();
      void annotate(`${begun} of ${parameters.numRuns} runs`, 'progress');
    }
    begun += 1;
  });
  await fc.assert(counted, parameters);
}
