import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBrowser, createConsoleBench } from '../../../../test/support/console/console-bench.ts';
import type { ConsoleBench } from '../../../../test/support/console/console-bench.ts';
import { putSurroundings } from '../../../../test/support/console/put-canaries.ts';
import { sampleCanaries, waitingCanary } from '../../../../test/support/console/sample-canaries.ts';

const now = Date.parse('2026-11-30T14:02:11Z');

let bench: ConsoleBench;
let browser: ReturnType<typeof createBrowser>;

beforeEach(async () => {
  bench = await createConsoleBench({ canaries: sampleCanaries(now) });
  browser = createBrowser(bench);
});
afterEach(() => bench.end());

describe('the list of rollouts', () => {
  it('says of each what it waits for, and until when', async () => {
    const { status, text } = await browser.get('/rollouts');
    expect(status).toBe(200);
    expect(text).toContain('confirm-promotion: alice, local-admin or group sre');
    expect(text).toContain('datetime="2026-11-30T16:00:11.000Z"');
  });
});

describe('the page of a rollout', () => {
  it('shows its parts', async () => {
    await putSurroundings(bench.kube, waitingCanary(now), new Date(now).toISOString());
    const { status, text } = await browser.get('/rollouts/prod/checkout');
    expect(status).toBe(200);
    expect(text).toContain('GateClosed');
    expect(text).toContain('containers[app].image');
    expect(text).not.toContain('hunter2');
  });
});
