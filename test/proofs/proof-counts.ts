import { afterAll, beforeAll } from 'vitest';

export interface RunCount {
  ran(runs: number): void;
}

/** Says at the end of a file how many runs its proofs were made of, and how long they took. */
export function countRuns(name: string, journeys: number): RunCount {
  let total = 0;
  let startedAt = 0;
  beforeAll(() => void (startedAt = performance.now()));
  afterAll(() => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    // eslint-disable-next-line no-console -- how much a proof has tried is part of what it says
    console.log(`${name}: ${journeys} journeys, ${total} runs in ${seconds} s`);
  });
  return { ran: (runs) => void (total += runs) };
}
