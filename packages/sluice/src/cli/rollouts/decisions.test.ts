import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Approval, CanaryStatus } from '../../api/canary-status.ts';
import { canaries } from '../../api/resources.ts';
import { approval, at, run, startCommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';
import type { CommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';

const ref = { namespace: 'default', name: 'podinfo' };
let cluster: CommandCluster;
beforeEach(async () => {
  cluster = await startCommandCluster();
});
afterEach(() => cluster.close());

const second: Approval = { ...approval, id: 'g-0000000002', hook: 'security', index: 1 };
const rollbackSwitch: Approval = {
  ...approval,
  id: 'g-0000000003',
  hook: 'back',
  index: 2,
  type: 'rollback',
};
const spec = {
  analysis: {
    interval: '10s',
    threshold: 5,
    stepWeight: 10,
    webhooks: [
      { name: 'go', type: 'confirm-promotion', approval: {} },
      { name: 'security', type: 'confirm-promotion', approval: { reasonRequired: true } },
      { name: 'back', type: 'rollback', approval: {} },
    ],
  },
};
const paused = { by: 'bob', verified: true, via: 'cli', at };

const annotations = () => cluster.store.get(canaries, ref)?.metadata.annotations ?? {};
const status = (changes: Partial<CanaryStatus>): void =>
  cluster.putCanary('podinfo', { run, ...changes }, spec);

describe('a decision by the command line', () => {
  it.each<[string, readonly string[], Partial<CanaryStatus>, string, string]>([
    ['approve', ['--yes'], { approvals: [approval] }, approval.id, 'approve'],
    ['approve', ['--yes'], { approvals: [approval, rollbackSwitch] }, approval.id, 'approve'],
    [
      'approve',
      ['--yes', '--gate', 'security', '-m', 'ok'],
      { approvals: [approval, second] },
      second.id,
      'approve',
    ],
    [
      'approve',
      ['--yes', '--gate', rollbackSwitch.id],
      { approvals: [rollbackSwitch] },
      rollbackSwitch.id,
      'approve',
    ],
    ['reject', ['--yes', '-m', 'slow'], { approvals: [approval] }, approval.id, 'reject'],
    ['pause', ['--for', '30m'], {}, '', 'pause'],
    ['resume', ['--yes'], { paused }, '', 'resume'],
    ['promote', ['--yes', '-m', 'INC-1'], {}, run.id, 'promote'],
    ['retry', ['--yes'], { phase: 'Failed' }, run.id, 'retry'],
    ['undo', ['--yes'], { phase: 'Succeeded' }, run.id, 'undo'],
    [
      'override',
      ['--yes', '-m', 'INC-1'],
      {
        phase: 'Succeeded',
        waiting: { step: 'start-run', for: 'interval', reason: 'Frozen', message: 'frozen', since: at },
      },
      '',
      'start',
    ],
  ])(
    '%s %j is written in the name of the user, and is done once the controller says so',
    async (name, flags, state, about, verb) => {
      status(state);
      cluster.takeDecisions('done', 'as wanted');
      const { out, err, code } = await cluster.sluice([name, 'podinfo', ...flags]);
      expect(err).toMatch(
        name === 'override'
          ? /^override default\/podinfo: starts the run now/
          : new RegExp(`^${name} .*default/podinfo, revision 7d4f9c0123 \\(podinfo:1 → podinfo:2\\): \\S`),
      );
      expect(out).toMatch(
        /^✔ \w+ by local-admin \(claimed\); the controller took it in \d+\.\ds: as wanted\n$/,
      );
      expect(code).toBe(0);
      expect(annotations()).toMatchObject({
        'sluice.dev/decision': verb,
        'sluice.dev/decision-by': 'local-admin',
        'sluice.dev/decision-via': 'cli',
      });
      expect(annotations()['sluice.dev/decision-for'] ?? '').toBe(about);
    },
  );

  it('of a pause says until when', async () => {
    status({});
    cluster.takeDecisions('done', 'paused');
    const before = Date.now();
    await cluster.sluice(['pause', 'podinfo', '--for', '30m', '-m', 'lunch']);
    const until = Date.parse(annotations()['sluice.dev/decision-until'] ?? '');
    expect(until - before).toBeGreaterThanOrEqual(30 * 60_000);
    expect(until - before).toBeLessThan(31 * 60_000);
    expect(annotations()['sluice.dev/decision-reason']).toBe('lunch');
  });

  it('is refused with 7, and not called done, when the controller refuses it', async () => {
    status({ approvals: [approval] });
    cluster.takeDecisions('refused', 'bob is none of the approvers (alice)');
    const { out, err, code } = await cluster.sluice(['approve', 'podinfo', '--yes']);
    expect(out).toBe('');
    expect(err).toContain(
      'error: cannot approve canary default/podinfo\n  why:  bob is none of the approvers (alice)\n  next: sluice status default/podinfo\n',
    );
    expect(code).toBe(7);
  });

  it(
    'says that it is recorded and ends with 8 when no controller picks it up',
    { timeout: 20_000 },
    async () => {
      status({ approvals: [approval] });
      const { out, err, code } = await cluster.sluice(['approve', 'podinfo', '--yes']);
      expect(out).toBe('');
      expect(err).toContain('! recorded, not yet picked up');
      expect(code).toBe(8);
    },
  );

  it('gives programs the record', async () => {
    status({});
    cluster.takeDecisions('done', 'paused');
    const { out } = await cluster.sluice(['pause', 'podinfo', '-o', 'json']);
    expect(JSON.parse(out)).toMatchObject({
      apiVersion: 'cli.sluice.dev/v1',
      kind: 'Decision',
      metadata: ref,
      decision: { verb: 'pause', result: 'done', by: 'local-admin' },
    });
  });
});

describe('a decision that is not made', () => {
  it.each<[string, readonly string[], Partial<CanaryStatus>]>([
    ['approve', [], { approvals: [approval] }],
    ['reject', ['-m', 'slow'], { approvals: [approval] }],
    ['resume', [], { paused }],
    ['promote', ['-m', 'now'], {}],
    ['retry', [], { phase: 'Failed' }],
    ['undo', [], { phase: 'Succeeded' }],
  ])(
    '%s %j without a terminal and without --yes ends with 2 and the line to use',
    async (name, flags, state) => {
      status(state);
      const { err, code } = await cluster.sluice([name, 'podinfo', ...flags]);
      expect(err).toContain(`  next: sluice ${[name, 'podinfo', ...flags, '--yes'].join(' ')}\n`);
      expect(code).toBe(2);
      expect(annotations()).toEqual({});
    },
  );

  it('because several approvals wait lists them, and ends with 2', async () => {
    status({ approvals: [approval, second] });
    const { err, code } = await cluster.sluice(['approve', 'podinfo', '--yes']);
    expect(err).toBe(
      [
        'error: cannot approve canary default/podinfo',
        '  why:  2 approvals wait; name one',
        '  next: sluice approve default/podinfo --gate g-0000000001    go (confirm-promotion)',
        '        sluice approve default/podinfo --gate g-0000000002    security (confirm-promotion)',
        '',
      ].join('\n'),
    );
    expect(code).toBe(2);
  });

  it.each<[string, readonly string[], Partial<CanaryStatus>, string]>([
    ['approve', ['--yes'], {}, 'no approval waits'],
    ['approve', ['--yes', '--gate', 'g-9'], { approvals: [approval] }, 'no approval "g-9" waits'],
    [
      'approve',
      ['--yes', '--gate', 'go'],
      { approvals: [{ ...approval, state: 'expired' }] },
      'is expired already',
    ],
    ['approve', ['--yes'], { approvals: [{ ...approval, deadline: at }] }, `was up at ${at}`],
    [
      'approve',
      ['--yes'],
      {
        waiting: {
          step: 'advance',
          for: 'hook',
          reason: 'GateClosed',
          name: 'ci',
          message: 'closed',
          since: at,
        },
      },
      'a program answers it',
    ],
    [
      'reject',
      ['--yes', '-m', 'no', '--gate', 'back'],
      { approvals: [rollbackSwitch] },
      'a switch that rolls back',
    ],
    ['promote', ['--yes', '-m', 'now'], { phase: 'Succeeded' }, 'no analysis is on'],
    ['retry', ['--yes'], {}, 'no revision has failed (Progressing)'],
    ['undo', ['--yes'], { phase: 'Failed' }, 'did not succeed'],
    ['override', ['--yes', '-m', 'now'], {}, 'neither a freeze nor the queue'],
  ])('%s %j because it makes no sense now ends with 7', async (name, flags, state, why) => {
    status(state);
    const { err, code } = await cluster.sluice([name, 'podinfo', ...flags]);
    expect(err).toContain(why);
    expect(err).toContain('\n  next: ');
    expect(code).toBe(7);
    expect(annotations()).toEqual({});
  });

  it('because only a rollback switch waits, which must be named: it would roll back', async () => {
    status({ approvals: [rollbackSwitch] });
    const { err, code } = await cluster.sluice(['approve', 'podinfo', '--yes']);
    expect(err).toContain('no approval waits');
    expect(code).toBe(7);
  });

  const vote = { verdict: 'approve', by: 'local-admin', verified: false, via: 'cli', at };
  it.each<[string, readonly string[], Partial<CanaryStatus>, string]>([
    ['pause', [], { paused }, 'is paused already, by bob'],
    ['resume', ['--yes'], {}, 'is not paused'],
    [
      'approve',
      ['--yes'],
      { approvals: [{ ...approval, state: 'approved', votes: [vote] }] },
      'you approved g-0000000001',
    ],
  ])('%s %j because it stands so already ends with 0', async (name, flags, state, said) => {
    status(state);
    const { out, code } = await cluster.sluice([name, 'podinfo', ...flags]);
    expect(out).toContain(said);
    expect(out).toContain('nothing to do');
    expect(code).toBe(0);
    expect(annotations()).toEqual({});
  });

  it('because its approval wants a reason ends with 2', async () => {
    status({ approvals: [second] });
    const { err, code } = await cluster.sluice(['approve', 'podinfo', '--yes']);
    expect(err).toContain('a reason is needed');
    expect(code).toBe(2);
  });

  it.each([
    ['approve', []],
    ['approve', ['a', 'b']],
    ['reject', ['podinfo', '--yes']],
    ['promote', ['podinfo', '-m', ' ']],
    ['override', ['podinfo']],
    ['pause', ['podinfo', '--for', 'soon']],
    ['pause', ['podinfo', '--for', '0s']],
    ['approve', ['podinfo', '-m', 'x'.repeat(1_001)]],
  ])('%s %j ends with 2', async (name, args) => {
    expect((await cluster.sluice([name, ...args])).code).toBe(2);
  });

  it('of a canary that is not there ends with 6', async () => {
    expect((await cluster.sluice(['approve', 'nobody', '--yes'])).code).toBe(6);
  });
});

describe('a question on a terminal', () => {
  it.each([
    ['approve', [], { approvals: [approval] }, 'y\n'],
    ['promote', ['-m', 'now'], {}, 'podinfo\n'],
  ])('of %s %j is answered by what is typed', async (name, flags, state, typed) => {
    status(state);
    cluster.takeDecisions('done', 'as wanted');
    const { out, code } = await cluster.atTerminal([name, 'podinfo', ...flags], typed);
    expect(out).toContain('default/podinfo, revision 7d4f9c0123 (podinfo:1 → podinfo:2): ');
    expect(out).toContain('as wanted');
    expect(code).toBe(0);
  });

  it('that is answered with anything else writes nothing, and ends with 2', async () => {
    status({ approvals: [approval] });
    for (const [args, typed] of [
      [['approve', 'podinfo'], 'n\n'],
      [['approve', 'podinfo'], '\n'],
      [['promote', 'podinfo', '-m', 'now'], 'y\n'],
    ] as const) {
      const { out, code } = await cluster.atTerminal(args, typed);
      expect(out).toContain('it was not confirmed; nothing was changed');
      expect(code).toBe(2);
      expect(annotations()).toEqual({});
    }
  });
});
