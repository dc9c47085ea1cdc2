import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { CanaryStatus } from '../../api/canary-status.ts';
import { canaries } from '../../api/resources.ts';
import { writeKubeconfig } from '@sluice/local/write-kubeconfig.ts';
import { approval, run, startCommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';
import type { Answer, CommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';

let cluster: CommandCluster;
beforeAll(async () => {
  cluster = await startCommandCluster();
});
afterAll(() => cluster.close());

const gate = {
  analysis: {
    interval: '10s',
    threshold: 5,
    stepWeight: 10,
    maxWeight: 50,
    webhooks: [
      { name: 'go', type: 'confirm-promotion', approval: { approvers: { users: ['alice'] } } },
      { name: 'load', type: 'rollout', url: 'http://user:secret@tester/x?token=hidden' },
    ],
  },
};

beforeEach(() => {
  for (const { metadata } of cluster.store.list(canaries))
    cluster.store.delete(canaries, { namespace: metadata.namespace ?? '', name: metadata.name });
  cluster.putCanary('cart', { phase: 'Failed', canaryWeight: 0, run: { ...run, cause: 'too many errors' } });
  cluster.putCanary('checkout', { phase: 'WaitingPromotion', run, approvals: [approval] }, gate);
  cluster.putCanary('search', { run }, {}, 'prod');
});

const get = (...args: readonly string[]): Promise<Answer> => cluster.sluice(['get', ...args]);

describe('sluice get', () => {
  it('lists the canaries of the context with what each waits for, without a byte that colours', async () => {
    const { out, err, code } = await cluster.spawned(['get']);
    expect(err).toBe('');
    expect(out).toMatch(/^NAME +PHASE +WEIGHT +CHECKS +WAITS FOR +SINCE\n/);
    expect(out).toMatch(/^cart +✖ Failed +0\/50 +0\/5 +nothing/m);
    expect(out).toMatch(/^checkout +◷ WaitingPromotion +20\/50 +0\/5 +confirm-promotion: alice +\d/m);
    expect(out).not.toContain('search');
    expect(out).not.toContain('\u001b');
    expect(code).toBe(0);
  });

  it.each([
    [['-A'], ['cart', 'checkout', 'search']],
    [['-n', 'prod'], ['search']],
    [['--waiting', '-A'], ['checkout']],
    [['--phase', 'Failed'], ['cart']],
  ])('%j chooses', async (args, names) => {
    const { out } = await get(...args, '-o', 'name');
    expect(out).toBe(names.map((name) => `canary/${name}\n`).join(''));
  });

  it('-l chooses by labels', async () => {
    const [{ metadata } = { metadata: { name: '' } }] = cluster.store.list(canaries);
    const canary = cluster.store.get(canaries, { namespace: 'default', name: metadata.name });
    if (canary !== undefined)
      cluster.store.update(canaries, {
        ...canary,
        metadata: { ...canary.metadata, labels: { team: 'pay' } },
      });
    expect((await get('-l', 'team=pay', '-o', 'name')).out).toBe(`canary/${metadata.name}\n`);
  });

  it('-o wide adds columns and changes none; --no-headers leaves the first line away', async () => {
    const plain = await get();
    const wide = await get('-o', 'wide');
    const bare = await get('--no-headers');
    const cells = (line: string): readonly string[] => line.split(/ {2,}/);
    for (const [index, line] of plain.out.trimEnd().split('\n').entries()) {
      const wideLine = wide.out.split('\n')[index] ?? '';
      expect(cells(wideLine).slice(0, 5)).toEqual(cells(line).slice(0, 5));
    }
    expect(wide.out).toMatch(/SINCE +REVISION +IMAGES +STRATEGY +STEP +DEADLINE +LAST ACTOR\n/);
    expect(wide.out).toContain('podinfo:1 → podinfo:2');
    expect(bare.out.split('\n')).toHaveLength(plain.out.split('\n').length - 1);
  });

  it('of an empty namespace says where to look, with an empty list for programs', async () => {
    const none = await get('-n', 'nowhere');
    expect(none).toEqual({
      out: '',
      err: 'No canaries in namespace nowhere. Other namespaces: -A\n',
      code: 0,
    });
    expect(JSON.parse((await get('-n', 'nowhere', '-o', 'json')).out)).toMatchObject({ items: [] });
  });

  it('-o yaml says what -o json says', async () => {
    const json = await get('cart', '-o', 'json');
    const yaml = await get('cart', '-o', 'yaml');
    expect(parse(yaml.out)).toEqual(JSON.parse(json.out));
    expect(json.out).not.toContain('\u001b');
  });

  it('of a name shows everything, the first line what it waits for, and no secret of a hook', async () => {
    const { out, code } = await get('checkout');
    expect(out.split('\n')[0]).toMatch(
      /^default\/checkout {2}◷ WaitingPromotion: waits for a person: .*confirm-promotion.*alice/,
    );
    expect(out).toMatch(/^revision {2}7d4f9c0123 {2}podinfo:1 → podinfo:2/m);
    expect(out).toMatch(/^traffic {3}█████░+ canary 20%/m);
    expect(out).toMatch(
      /^approvals ◷ g-0000000001 go \(confirm-promotion\) waiting: alice; 0 of 1, no deadline/m,
    );
    expect(out).toMatch(/^next {6}sluice approve default\/checkout {4}gives the new version all traffic/m);
    expect(out).not.toMatch(/secret|hidden/);
    expect(code).toBe(0);
  });

  it('of a locale without icons has words of ASCII alone', async () => {
    const { out } = await cluster.sluice(['get', 'checkout'], { LC_ALL: 'C' });
    // oxlint-disable-next-line no-control-regex -- any byte outside of ASCII is what is looked for
    expect(out).toMatch(/^[\u0000-\u007f]+$/);
    expect(out).toContain('podinfo:1 -> podinfo:2');
  });

  it('ends with 6 for a name that is not there', async () => {
    const { err, code } = await get('nobody');
    expect(err).toBe(
      'error: cannot get canary default/nobody\n  why:  there is no such canary\n  next: sluice get -A lists the canaries of the cluster\n',
    );
    expect(code).toBe(6);
  });

  it('tells a program of an error as JSON', async () => {
    const { out, err } = await get('nobody', '-o', 'json');
    expect(out).toBe('');
    expect(JSON.parse(err)).toMatchObject({ kind: 'Error', code: 6, next: [expect.any(String)] });
  });

  it('ends with 1 when the API server cannot be reached', async () => {
    const path = `${cluster.kubeconfig}-gone`;
    writeKubeconfig(path, 'http://127.0.0.1:1');
    expect((await get('--kubeconfig', path)).code).toBe(1);
  });

  it.each([[['a', 'b']], [['a/b/c']], [['--phase', 'Soon']], [['-o', 'xml']], [['--color', 'blue']]])(
    '%j ends with 2',
    async (args) => {
      expect((await get(...args)).code).toBe(2);
    },
  );
});

describe('sluice list', () => {
  it('is get', async () => {
    expect((await cluster.sluice(['list', '-o', 'name'])).out).toBe('canary/cart\ncanary/checkout\n');
  });
});

describe('the exit code of sluice status', () => {
  it.each<[string, Partial<CanaryStatus>, number]>([
    ['has succeeded', { phase: 'Succeeded', run }, 0],
    ['was withdrawn', { phase: 'Succeeded', run: { ...run, cause: 'withdrawn' } }, 3],
    ['has failed', { phase: 'Failed', run }, 3],
    ['waits for a person', { approvals: [approval], run }, 5],
    ['is running', { run }, 8],
  ])('says that it %s', async (_what, status, code) => {
    cluster.putCanary('checkout', status, gate);
    const answer = await cluster.sluice(['status', 'checkout']);
    expect(answer.out).toMatch(/^default\/checkout {2}/);
    expect(answer.code).toBe(code);
  });

  it('is 6 for a name that is not there, and 2 without a name', async () => {
    expect((await cluster.sluice(['status', 'nobody'])).code).toBe(6);
    expect((await cluster.sluice(['status'])).code).toBe(2);
  });
});

describe('the plan of a canary that names no provider', () => {
  it.each([
    [[], 'istio', ['start', '10%', '20%', '30%', '40%', '50%', 'promotion']],
    [['--mesh-provider', 'kubernetes'], 'kubernetes', ['start', '1 of 10 iterations', 'promotion']],
  ])('with %j is that of the controller', async (flags, provider, labels) => {
    const view = JSON.parse((await get('cart', '-o', 'json', ...flags)).out) as {
      provider: string;
      steps: { label: string }[];
    };
    expect(view.provider).toBe(provider);
    expect(view.steps.map(({ label }) => label)).toEqual(labels);
    const status = await cluster.sluice(['status', 'cart', '-o', 'json', ...flags]);
    expect(JSON.parse(status.out)).toMatchObject({ provider });
    const listed = await get('-o', 'json', ...flags);
    expect(JSON.parse(listed.out)).toMatchObject({ items: [{ provider }, { provider }] });
  });
});
