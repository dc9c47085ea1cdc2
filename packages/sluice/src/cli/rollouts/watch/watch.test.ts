import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CanaryStatus } from '../../../api/canary-status.ts';
import { canaries } from '../../../api/resources.ts';
import { at, run, startCommandCluster } from '../../../../../../test/support/rigs/command-cluster.ts';
import type { CommandCluster } from '../../../../../../test/support/rigs/command-cluster.ts';
import { createEmulatedTerminal } from '../../../../../../test/support/rigs/emulated-terminal.ts';

const ref = { namespace: 'default', name: 'podinfo' };
let cluster: CommandCluster;
beforeAll(async () => {
  cluster = await startCommandCluster();
});
afterAll(() => cluster.close());
beforeEach(() => {
  if (cluster.store.get(canaries, ref) !== undefined) cluster.store.delete(canaries, ref);
});

const set = (status: Partial<CanaryStatus>): void => cluster.putCanary('podinfo', { run, ...status });
const closed = {
  step: 'advance',
  for: 'hook',
  reason: 'GateClosed',
  name: 'ci',
  message: 'ci is closed',
  since: at,
};

describe('sluice status -w in a pipe', () => {
  it('prints a line for each change, without a byte that moves or colours, and ends with 0 at success', async () => {
    set({ canaryWeight: 10 });
    const watch = cluster.start(['status', 'podinfo', '-w']);
    await watch.lines(1);
    set({ canaryWeight: 20, waiting: closed });
    await watch.lines(2);
    set({ canaryWeight: 20, waiting: closed, iterations: 1 });
    set({ phase: 'Succeeded', canaryWeight: 0 });
    const { out, err, code } = await watch.ended;
    expect(out.replaceAll(/^\S+Z /gm, '').split('\n')).toEqual([
      'default/podinfo Progressing 10 nothing nothing now',
      'default/podinfo Progressing 20 person ci is closed',
      'default/podinfo Succeeded 0 nothing nothing; a change of deployment/podinfo starts the next run',
      '',
    ]);
    expect(out).toMatch(/^\d{4}-\d\d-\d\dT\S+Z default/);
    expect(out).not.toContain('\u001b');
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('ends with 3 and the cause when it fails', async () => {
    set({});
    const watch = cluster.start(['status', 'podinfo', '-w']);
    await watch.lines(1);
    set({ phase: 'Failed', canaryWeight: 0, run: { ...run, cause: 'too many errors' } });
    const { out, code } = await watch.ended;
    expect(out).toContain('cause: too many errors');
    expect(code).toBe(3);
  });

  it('ends with 0 once a person is needed, where that is waited for', async () => {
    set({});
    const watch = cluster.start(['status', 'podinfo', '-w', '--until=gate']);
    await watch.lines(1);
    set({ waiting: closed });
    expect((await watch.ended).code).toBe(0);
  });

  it('ends with 4 when its time is up, in three lines', async () => {
    set({});
    const { err, code } = await cluster.spawned(['status', 'podinfo', '-w', '--timeout', '100ms']);
    expect(err).toBe(
      'error: cannot show the status of canary default/podinfo\n  why:  it was not over within 0.1 s\n  next: sluice status default/podinfo\n',
    );
    expect(code).toBe(4);
  });

  it('ends with 6 when the canary is deleted', async () => {
    set({});
    const watch = cluster.start(['status', 'podinfo', '-w']);
    await watch.lines(1);
    cluster.store.delete(canaries, ref);
    const { err, code } = await watch.ended;
    expect(err).toContain('it was deleted');
    expect(code).toBe(6);
  });

  it('--image waits until its run begins, and ends with 6 when another takes its place', async () => {
    set({ phase: 'Succeeded', run: { ...run, newImages: ['podinfod=ghcr.io/podinfo:1'] } });
    const watch = cluster.start(['status', 'podinfo', '-w', '--image', 'podinfo:2']);
    await watch.lines(1);
    set({ run: { ...run, newImages: ['podinfod=ghcr.io/podinfo:2'] } });
    await watch.lines(2);
    set({ run: { ...run, id: 'other', newImages: ['podinfod=ghcr.io/podinfo:3'] } });
    const { err, code } = await watch.ended;
    expect(err).toContain('another run took the place of that of podinfo:2');
    expect(code).toBe(6);
  });

  it('ends with 130 on Ctrl-C, and with 0 when nobody reads any more', async () => {
    set({});
    const stopped = cluster.start(['status', 'podinfo', '-w']);
    await stopped.lines(1);
    stopped.child.kill('SIGINT');
    expect((await stopped.ended).code).toBe(130);
    const unread = cluster.start(['status', 'podinfo', '-w']);
    await unread.lines(1);
    unread.child.stdout?.destroy();
    set({ canaryWeight: 30 });
    set({ canaryWeight: 40 });
    expect((await unread.ended).code).toBe(0);
  });

  it('-o json is one object a line', async () => {
    set({ canaryWeight: 10 });
    const watch = cluster.start(['status', 'podinfo', '-w', '-o', 'json']);
    await watch.lines(1);
    set({ phase: 'Succeeded', canaryWeight: 0 });
    const objects = (await watch.ended).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(objects).toMatchObject([{ kind: 'RolloutView', phase: 'Progressing' }, { phase: 'Succeeded' }]);
  });

  it('--watch=false is the same as without -w', async () => {
    set({});
    expect((await cluster.sluice(['status', 'podinfo', '--watch=false'])).code).toBe(8);
  });

  it.each([
    [['--until=gate']],
    [['-w', '--until=soon']],
    [['-w', '--until=weight=0']],
    [['-w', '--until=weight=101']],
    [['-w', '--timeout', 'soon']],
    [['-w', '-o', 'yaml']],
  ])('%j ends with 2', async (args) => {
    set({});
    expect((await cluster.sluice(['status', 'podinfo', ...args])).code).toBe(2);
  });
});

describe('sluice status -w on a terminal', () => {
  const webhooks = Array.from({ length: 60 }, (_, index) => ({
    name: `hook-${index}`,
    url: 'http://tester/',
  }));
  const analysis = { interval: '10s', threshold: 5, stepWeight: 10, webhooks };

  it('never scrolls and never clears a terminal of 40 rows, however much there is to show', async () => {
    cluster.putCanary('podinfo', { run, waiting: closed }, { analysis });
    const watch = cluster.atTerminal(['status', 'podinfo', '-w', '--timeout', '1500ms']);
    const { out, code } = await watch;
    const terminal = createEmulatedTerminal(100, 40);
    terminal.write(out.slice(0, out.indexOf('error: ')));
    const lines = await terminal.lines();
    expect(lines[0]).toMatch(/^default\/podinfo {2}◷ Progressing: waits for a person/);
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.join('\n')).toMatch(/… \d+ more lines/);
    expect(out).not.toContain('\u001b[2J');
    expect(code).toBe(4);
  });

  it.each([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, false],
  ])('with %j colours icons: %s', async (env, isColoured) => {
    set({});
    const { out } = await cluster.atTerminal(['get'], '', env);
    // oxlint-disable-next-line no-control-regex -- colours are what is looked for
    expect(/\u001b\[\d+m/.test(out)).toBe(isColoured);
    expect(out).toContain('Progressing');
  });
});

describe('sluice get -w', () => {
  it('prints a line for each change of each canary, and one for a deletion', async () => {
    set({ canaryWeight: 10 });
    const watch = cluster.start(['get', '-w']);
    await watch.lines(1);
    cluster.putCanary('cart', { run });
    await watch.lines(3);
    cluster.store.delete(canaries, { ...ref, name: 'cart' });
    const lines = await watch.lines(4);
    watch.child.kill('SIGINT');
    expect(lines.map((line) => line.replace(/^\S+Z /, ''))).toEqual([
      'default/podinfo Progressing 10 nothing nothing now',
      'default/cart new 0 nothing nothing now',
      'default/cart Progressing 20 nothing nothing now',
      'default/cart deleted',
    ]);
    expect((await watch.ended).code).toBe(130);
  });
});
