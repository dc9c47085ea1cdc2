import type { CanaryStatus, Run } from '../../src/api/canary-status.ts';
import type { AnyKubeObject } from '../../src/api/kube-object.ts';
import { asRecord } from '../../src/lib/json-read.ts';
import { mayFollow } from '../../src/rules/phase-table.ts';
import { primaryRevision } from '../../src/rules/revision.ts';
import type { ApiWrite } from '../support/observe-writes.ts';
import type { ReceivedHook } from '../support/fake-receiver.ts';
import type { Scenario } from '../support/scenario.ts';
import type { World } from './worlds.ts';

export interface RunBook {
  readonly ends: readonly { readonly phase: string; readonly runId: string }[];
  /** A write of the Canary. */
  status(write: ApiWrite): void;
  /** A write of a Deployment. */
  deployment(write: ApiWrite): void;
}

const analysing: readonly unknown[] = ['Progressing', 'WaitingPromotion'];

/** What the records of a run may say, and what must have been answered before they say it. */
export function createRunBook(
  world: World,
  scenario: () => Scenario | undefined,
  fail: (text: string) => void,
): RunBook {
  const ends: { phase: string; runId: string }[] = [];
  /** What the pods of a run are made from, by its id: the template at the start of its analysis. */
  const analysed = new Map<string, string>();
  const confirmed = new Set<string>();
  const hooksOf = (type: string) => world.hooks.filter(([own]) => own === type);
  const skips = world.strategy.skipAnalysis === true;

  const verdicts = (path: string, run: Run, step?: number): readonly ReceivedHook[] =>
    (scenario()?.receiver.calls(path) ?? []).filter(
      ({ payload }) => payload['runId'] === run.id && (step === undefined || payload['step'] === step),
    );
  const lastPassed = (path: string, run: Run, step?: number): boolean =>
    verdicts(path, run, step).some(({ reply }) => reply === 200 || reply === 202);
  const require = (type: string, run: Run, why: string, step?: number): void => {
    for (const [, path] of hooksOf(type))
      if (!lastPassed(path, run, step)) fail(`${why}, but ${type} ${path} never passed for it (${run.id})`);
  };

  function begins(status: CanaryStatus, run: Run): void {
    require('confirm-rollout', run, 'a run began');
    if (status.failedChecks !== 0 || status.iterations !== 0)
      fail(`a run began with ${status.failedChecks} failed checks, ${status.iterations} iterations`);
    if (run.step !== 0) fail(`a run began at step ${run.step}`);
    const template = templateOf(scenario()?.deployment('podinfo'));
    if (template !== undefined) analysed.set(run.id, template);
  }

  function grows(from: CanaryStatus, to: CanaryStatus, run: Run): void {
    require('pre-rollout', run, 'traffic grew');
    const { strategy } = world;
    if ((strategy.analysis.iterations ?? 0) > 0) {
      if (to.canaryWeight > from.canaryWeight) require('confirm-promotion', run, 'all traffic was moved');
      return;
    }
    if (from.run?.step !== 0 && from.canaryWeight > 0) judged(from.run ?? run);
    if (to.canaryWeight > from.canaryWeight)
      require('confirm-traffic-increase', run, 'the weight grew', from.run?.step ?? 0);
  }

  /** Each rollout hook passed at the step that is left. */
  const judged = (run: Run): void => require('rollout', run, `step ${run.step} was left`, run.step);

  function promotes(from: CanaryStatus, run: Run): void {
    confirmed.add(run.id);
    if (skips) return;
    for (const type of ['confirm-rollout', 'pre-rollout', 'confirm-promotion'])
      require(type, run, 'promotion');
    if (from.run !== undefined) judged(from.run);
  }

  function changed(from: CanaryStatus, to: CanaryStatus): void {
    const { run } = to;
    if (!mayFollow(from.phase ?? '', to.phase)) fail(`phase ${from.phase} was followed by ${to.phase}`);
    const limit = (world.analysis?.threshold ?? 3) + 1;
    if (to.failedChecks > limit) fail(`${to.failedChecks} failed checks, more than ${limit}`);
    if (run === undefined) return;
    const begun = to.phase === 'Progressing' && (!analysing.includes(from.phase) || from.run?.id !== run.id);
    if (begun) return begins(to, run);
    if (to.phase !== from.phase && (to.phase === 'Succeeded' || to.phase === 'Failed')) ended(from, to, run);
    if (!analysing.includes(from.phase)) return;
    if (to.phase === 'Promoting') promotes(from, run);
    else if (analysing.includes(to.phase)) {
      if (to.failedChecks < from.failedChecks) fail('failed checks were forgotten within a run');
      if (!skips && run.step > (from.run?.step ?? 0)) grows(from, to, run);
    }
  }

  function ended(from: CanaryStatus, to: CanaryStatus, run: Run): void {
    const withdrawn = to.phase === 'Succeeded' && run.cause !== undefined;
    ends.push({ phase: to.phase, runId: run.id });
    if (to.phase !== 'Succeeded' || withdrawn) return;
    if (from.phase !== 'Finalising') fail(`Succeeded came after ${from.phase}`);
    const runs = templateOf(scenario()?.deployment('podinfo-primary'));
    if (runs !== analysed.get(run.id))
      fail(`the primary runs ${String(runs)}, analysed was ${String(analysed.get(run.id))}`);
  }

  return {
    ends,
    status({ before, after }) {
      if (after === undefined || after.metadata.name !== 'podinfo') return;
      const [from, to] = [full(before), full(after)];
      if (JSON.stringify(from) !== JSON.stringify(to)) changed(from, to);
    },
    deployment({ before, after }) {
      if (after?.metadata.name !== 'podinfo-primary' || before === undefined) return;
      if (primaryRevision(before) === primaryRevision(after)) {
        if (templateOf(before) !== templateOf(after)) fail('the primary was changed without a revision');
        return;
      }
      const { phase, run } = full(scenario()?.store.get(canary, { namespace: 'test', name: 'podinfo' }));
      if (phase === 'Initializing' || phase === '') return;
      if (phase !== 'Promoting' || run === undefined || !confirmed.has(run.id))
        fail(`the primary was given a revision in phase ${phase}`);
      else if (primaryRevision(after) !== run.revision)
        fail('the primary was given another revision than the run');
      else if (templateOf(after) !== analysed.get(run.id))
        fail(
          `the primary was given ${String(templateOf(after))}, analysed was ${String(analysed.get(run.id))}`,
        );
    },
  };
}

const canary = {
  group: 'flagger.app',
  version: 'v1beta1',
  plural: 'canaries',
  kind: 'Canary',
  namespaced: true,
};

const full = (object: AnyKubeObject | undefined): CanaryStatus => ({
  phase: '',
  failedChecks: 0,
  canaryWeight: 0,
  iterations: 0,
  ...(asRecord(object?.['status']) as Partial<CanaryStatus>),
});

/** The part of a Deployment that its pods run: byte for byte. */
const templateOf = (deployment: AnyKubeObject | undefined): string | undefined => {
  const spec = asRecord(asRecord(asRecord(deployment?.['spec'])['template'])['spec']);
  return deployment === undefined ? undefined : JSON.stringify(spec);
};
