import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBrowser, createConsoleBench } from '../../../../../test/support/console/console-bench.ts';
import type { ConsoleBench } from '../../../../../test/support/console/console-bench.ts';
import { patchStatus } from '../../../../../test/support/console/put-canaries.ts';
import { canary, sampleCanaries } from '../../../../../test/support/console/sample-canaries.ts';
import { createTokenCluster } from '../../../../../test/support/console/token-cluster.ts';
import type { TokenCluster } from '../../../../../test/support/console/token-cluster.ts';

const now = Date.parse('2026-11-30T14:02:11Z');

let cluster: TokenCluster;
let bench: ConsoleBench;
beforeEach(async () => {
  cluster = createTokenCluster();
  bench = await createConsoleBench({
    access: { mode: 'token' },
    canaries: sampleCanaries(now),
    intercept: (request) => cluster.intercept(request),
  });
});
afterEach(() => bench.end());

/** A stream of a user, and what came of it so far. */
async function listen(token: string, headers: Record<string, string> = {}, query = '') {
  const browser = createBrowser(bench);
  await browser.post('/login', { token });
  const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const ended = new AbortController();
  const asked = bench.app.request(
    `http://console.test/api/v1/stream${query}`,
    { headers: { host: 'console.test', cookie, ...headers }, signal: ended.signal },
    { incoming: { socket: { remoteAddress: '127.0.0.1' } } },
  );
  await bench.clock.settle();
  const answer = await asked;
  let text = '';
  let isOver = false;
  void (async () => {
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (done) break;
      text += value;
    }
    isOver = true;
  })();
  const settle = () => bench.clock.advance(10);
  await settle();
  return {
    answer,
    settle,
    browser,
    get text() {
      return text;
    },
    get isOver() {
      return isOver;
    },
    ids: () => [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id ?? ''),
    data: () =>
      [...text.matchAll(/^data: (\{.*)$/gm)].map(
        ([, data]) => JSON.parse(data ?? '') as { readonly key: string },
      ),
  };
}

const weigh = async (canaryWeight: number, namespace = 'prod', name = 'search') => {
  await patchStatus(bench.kube, canary(namespace, name), { canaryWeight });
  await bench.clock.settle();
};

describe('the stream of changes', () => {
  it('says what changed, in texts that stand on the page', async () => {
    const stream = await listen('token-of-alice');
    expect(stream.answer.headers.get('content-type')).toContain('text/event-stream');
    expect(stream.answer.headers.get('x-accel-buffering')).toBe('no');
    expect(stream.answer.headers.get('cache-control')).toContain('no-transform');
    await weigh(40);
    await stream.settle();
    expect(stream.data()).toEqual([
      expect.objectContaining({
        key: 'prod/search',
        state: 'machine',
        bar: 40,
        texts: expect.objectContaining({ weight: '40', phase: 'Progressing' }),
      }),
    ]);
  });

  it('goes on after the last event that its reader has', async () => {
    const first = await listen('token-of-alice');
    await weigh(31);
    await first.settle();
    const [seen = ''] = first.ids();
    for (const weight of [32, 33]) await weigh(weight);
    const again = await listen('token-of-alice', { 'last-event-id': seen });
    expect(again.data().map((change) => (change as unknown as { bar: number }).bar)).toEqual([32, 33]);
    const byUrl = await listen('token-of-alice', {}, `?after=${seen}`);
    expect(byUrl.ids()).toEqual(again.ids());
  });

  it.each(['other-7', 'nonsense', '-1'])(
    'tells a reader who comes with the id %s to read all anew',
    async (id) => {
      const stream = await listen('token-of-alice', { 'last-event-id': id });
      expect(stream.text).toContain('event: reset');
      await weigh(40);
      await stream.settle();
      expect(stream.data()).toHaveLength(1);
    },
  );

  it('shows what its reader may list, and nothing of other namespaces', async () => {
    cluster.may = (_user, verb, namespace) => verb === 'list' && namespace === 'stage';
    const stream = await listen('token-of-bob');
    await weigh(40);
    await weigh(1, 'stage', 'cart');
    await stream.settle();
    expect(stream.data().map(({ key }) => key)).toEqual(['stage/cart']);
    expect(stream.text).not.toContain('search');
  });

  it('beats each 15 s, and ends when its session has ended', async () => {
    const stream = await listen('token-of-bob');
    await bench.clock.advance('46s');
    expect(stream.text.split('event: beat')).toHaveLength(5);
    cluster.tokens.delete('token-of-bob');
    await bench.clock.advance('75s');
    expect(stream.isOver).toBe(true);
  });

  it('is given to one session eight times at once', async () => {
    const stream = await listen('token-of-alice');
    const statuses: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      const cookie = [...stream.browser.jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const asked = bench.app.request('http://console.test/api/v1/stream', {
        headers: { host: 'console.test', cookie },
      });
      await bench.clock.settle();
      statuses.push((await asked).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 200, 429]);
  });
});
