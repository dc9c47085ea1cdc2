import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CanaryStatus } from '../../../api/canary-status.ts';
import { canaries } from '../../../api/resources.ts';
import { approval, run, startCommandCluster } from '../../../../../../test/support/rigs/command-cluster.ts';
import type { CommandCluster, Step } from '../../../../../../test/support/rigs/command-cluster.ts';
import { createEmulatedTerminal } from '../../../../../../test/support/rigs/emulated-terminal.ts';

const ref = { namespace: 'default', name: 'podinfo' };
const analysis = {
  interval: '10s',
  threshold: 5,
  stepWeight: 10,
  webhooks: [
    { name: 'go', type: 'confirm-promotion', approval: {} },
    { name: 'load', url: 'http://tester/' },
  ],
};
let cluster: CommandCluster;
beforeAll(async () => {
  cluster = await startCommandCluster();
});
afterAll(() => cluster.close());
beforeEach(() => {
  if (cluster.store.get(canaries, ref) !== undefined) cluster.store.delete(canaries, ref);
});
const set = (status: Partial<CanaryStatus>): void =>
  cluster.putCanary('podinfo', { run, ...status }, { analysis });
const watch = ['status', 'podinfo', '-w'];

/** Types what should do nothing, then changes what is shown: the key came first. */
const typeAndMove =
  (typed: string) =>
  (type: (text: string) => void): void => {
    type(typed);
    set({ canaryWeight: 30 });
  };

/** What stands on the terminal at the end. */
async function screenOf(out: string): Promise<string> {
  const terminal = createEmulatedTerminal(100, 40);
  terminal.write(out);
  return (await terminal.lines()).join('\n');
}

describe('a key typed during a watch', () => {
  it.each<[string, readonly string[], string, Partial<CanaryStatus>, number]>([
    ['q', watch, 'q', {}, 8],
    ['q, of one that waits for a person,', watch, 'q', { approvals: [approval] }, 5],
    ['q', ['get', '-w'], 'q', {}, 0],
    ['Ctrl-C', watch, '\u0003', {}, 130],
    ['Ctrl-C among pasted text', watch, 'xyz\u0003', {}, 130],
  ])('%s of sluice %j ends it, and puts the terminal back', async (_name, args, key, status, code) => {
    set(status);
    const ended = await cluster.converse(args, [[/podinfo/, key]]);
    expect(ended.code).toBe(code);
    expect(ended.isCooked).toBe(true);
    expect(await screenOf(ended.out)).toContain('podinfo');
  });

  it('? shows the keys and hides them again, and h folds the hooks', async () => {
    set({});
    const shows: Step[] = [
      [/load/, '?'],
      [/keys: q quit {3}h hooks {3}a approve/, 'h'],
      [/… 2, h shows them/, 'q'],
    ];
    const shown = await cluster.converse(watch, shows);
    expect(await screenOf(shown.out)).toMatch(/^keys: .*\n[^]*hooks +… 2, h shows them/);
    const hidden = await cluster.converse(watch, [
      ...shows.slice(0, 2),
      [/h shows them/, '?'],
      [/default/, 'q'],
    ]);
    expect(await screenOf(hidden.out)).not.toContain('keys:');
  });

  it('a leaves the watch for the question of sluice approve, which is answered as ever', async () => {
    set({ approvals: [approval] });
    cluster.takeDecisions('done', 'as wanted');
    const { out, code, isCooked } = await cluster.converse(watch, [
      [/podinfo/, 'a'],
      [/\[y\/N\] $/, 'y\n'],
    ]);
    expect(out).toContain('gives the new version all traffic');
    expect(out).toContain('as wanted');
    expect(code).toBe(0);
    expect(isCooked).toBe(true);
    expect(cluster.store.get(canaries, ref)?.metadata.annotations).toMatchObject({
      'sluice.dev/decision': 'approve',
      'sluice.dev/decision-for': approval.id,
    });
  });

  it('a approves nothing by itself, and nothing at all in a list', async () => {
    set({ approvals: [approval] });
    const refused = await cluster.converse(watch, [
      [/podinfo/, 'a'],
      [/\[y\/N\] $/, '\n'],
    ]);
    expect(refused.code).toBe(2);
    const list = await cluster.converse(
      ['get', '-w'],
      [
        [/podinfo/, typeAndMove('a')],
        [/30\//, '?'],
        [/keys: q quit {3}h hooks {3}\? these/, 'q'],
      ],
    );
    expect(list.code).toBe(0);
    expect(cluster.store.get(canaries, ref)?.metadata.annotations).toBeUndefined();
  });

  it.each(['pasted q text', '\u001b[A', 'x'])('that is none changes nothing: %j', async (typed) => {
    set({});
    const { out, code } = await cluster.converse(watch, [
      [/podinfo/, typeAndMove(typed)],
      [/30%/, () => set({ phase: 'Succeeded', canaryWeight: 0 })],
    ]);
    expect(await screenOf(out)).not.toContain('keys:');
    expect(code).toBe(0);
  });
});

describe('the terminal of a watch', () => {
  it('is put back after an error, and when the rollout is over', async () => {
    set({});
    const deleted = await cluster.converse(watch, [[/podinfo/, () => cluster.store.delete(canaries, ref)]]);
    expect(deleted).toMatchObject({ code: 6, isCooked: true });
    set({});
    const over = await cluster.converse(watch, [
      [/podinfo/, () => set({ phase: 'Failed', canaryWeight: 0 })],
    ]);
    expect(over).toMatchObject({ code: 3, isCooked: true });
  });
});
