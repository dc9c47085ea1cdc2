import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeKubeconfig } from '@sluice/local/write-kubeconfig.ts';
import { run, startCommandCluster } from '../../../../test/support/rigs/command-cluster.ts';
import type { CommandCluster } from '../../../../test/support/rigs/command-cluster.ts';
import { canaries } from '../api/resources.ts';
import { parseCanaryArgument } from './canary-argument.ts';

const ref = { namespace: 'default', name: 'podinfo' };
let cluster: CommandCluster;
beforeEach(async () => {
  cluster = await startCommandCluster();
});
afterEach(() => cluster.close());

const createCanary = (phase: 'Progressing' | 'Promoting' | 'Finalising' | 'Succeeded'): void =>
  cluster.putCanary('podinfo', { phase, run });
const annotations = () => cluster.store.get(canaries, ref)?.metadata.annotations;
const abort = (...args: readonly string[]) => cluster.sluice(['abort', ...args]);
const goesBack = 'next: kubectl -n default set image deployment/podinfo podinfod=podinfo:1';
const held = 'aborted by bob; podinfo keeps the traffic, with podinfo:2; to go back, …';
const late = 'podinfo is not aborted: the primary serves the new revision, podinfo:2, with all traffic';

describe('sluice abort', () => {
  it('binds the decision to the current run, and ends with 0 once the controller rolls back', async () => {
    createCanary('Progressing');
    cluster.takeDecisions('done', 'aborted by local-admin: wrong image');
    const { out, err, code } = await abort('podinfo', '-n', 'default', '-m', 'wrong image');
    expect(err).toMatch(/^abort default\/podinfo, revision 7d4f9c0123 .*: rolls back from 20 % to 0 %\n$/);
    expect(out).toMatch(
      /^✔ aborted by local-admin \(claimed\); .*\n {2}it is rolling back; its new image is still in the target/,
    );
    expect(code).toBe(0);
    expect(annotations()).toMatchObject({
      'sluice.dev/decision': 'abort',
      'sluice.dev/decision-for': run.id,
      'sluice.dev/decision-by': 'local-admin',
      'sluice.dev/decision-reason': 'wrong image',
    });
  });

  it.each([
    ['done', held, 'Promoting', 'is stopped, but not rolled back'],
    ['refused', late, 'Finalising', 'is not rolled back'],
  ] as const)(
    'ends with 9, without a tick, when what ran before is not known: %s, %s',
    async (result, message, phase, said) => {
      createCanary(phase);
      cluster.takeDecisions(result, message);
      const { out, err, code } = await abort('default/podinfo');
      expect(out).toBe('');
      expect(err).toContain('error: cannot abort canary default/podinfo\n  why:  ');
      expect(err).toContain(said);
      expect(err).toContain(message);
      expect(err).toContain(goesBack);
      expect(code).toBe(9);
    },
  );

  it('ends with 7 when the controller refuses it for another reason', async () => {
    createCanary('Progressing');
    cluster.takeDecisions('refused', 'podinfo is not aborted: the run it was meant for is over');
    const { out, err, code } = await abort('podinfo');
    expect(out).toBe('');
    expect(err).toContain('the run it was meant for is over');
    expect(code).toBe(7);
  });

  it('gives programs the record, and errors as objects', async () => {
    createCanary('Progressing');
    cluster.takeDecisions('done', held);
    const failed = await abort('podinfo', '-o', 'json');
    expect(JSON.parse(failed.err.split('\n').at(-2) ?? '')).toMatchObject({
      kind: 'Error',
      code: 9,
      what: 'cannot abort canary default/podinfo',
    });
  });

  it('of what has succeeded names the command that goes back', async () => {
    createCanary('Succeeded');
    const { err } = await abort('podinfo');
    expect(err).toContain(goesBack);
    expect(err).toContain('sluice undo default/podinfo');
  });

  it('is refused with 7 when no run is on, and writes nothing', async () => {
    createCanary('Succeeded');
    const { err, code } = await abort('podinfo');
    expect(err).toMatch(
      /error: cannot abort canary default\/podinfo\n {2}why: {2}no run is on \(Succeeded\)\n {2}next:/,
    );
    expect(code).toBe(7);
    expect(annotations()).toBeUndefined();
  });

  it(
    'says that it is recorded and ends with 8 when no controller picks it up',
    { timeout: 20_000 },
    async () => {
      createCanary('Progressing');
      const { out, err, code } = await abort('podinfo');
      expect(out).toBe('');
      expect(err).toContain('recorded, not yet picked up');
      expect(err).toContain('next: kubectl -n default annotate canary podinfo sluice.dev/abort=');
      expect(code).toBe(8);
    },
  );

  it('ends with 6 when there is no such canary', async () => {
    const { err, code } = await abort('nobody', '-n', 'default');
    expect(err).toContain('there is no such canary');
    expect(code).toBe(6);
  });

  it('ends with 1 when the API server cannot be reached', async () => {
    writeKubeconfig(cluster.kubeconfig, 'http://127.0.0.1:1');
    expect((await abort('podinfo')).code).toBe(1);
  });

  it.each([
    ['no name', []],
    ['two names', ['a', 'b']],
    ['a name of three parts', ['a/b/c']],
    ['two namespaces', ['a/b', '-n', 'c']],
    ['an unknown flag', ['podinfo', '--force']],
    ['a reason that is too long', ['podinfo', '-m', 'x'.repeat(1_001)]],
  ])('ends with 2 for %s', async (_what, args) => {
    expect((await abort(...args)).code).toBe(2);
  });
});

describe('the name of a canary', () => {
  it.each([
    ['podinfo', { name: 'podinfo' }],
    ['canary/podinfo', { name: 'podinfo' }],
    ['canaries.flagger.app/podinfo', { name: 'podinfo' }],
    ['prod/podinfo', { name: 'podinfo', namespace: 'prod' }],
  ])('%s', (given, parsed) => {
    expect(parseCanaryArgument(given, undefined)).toEqual(parsed);
  });

  it('takes the namespace of -n', () => {
    expect(parseCanaryArgument('canary/podinfo', 'prod')).toEqual({ name: 'podinfo', namespace: 'prod' });
  });
});
