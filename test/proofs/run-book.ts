import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { CanaryStatus, Run } from '@sluice/sluice/api/canary-status.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { mayFollow } from '@sluice/sluice/rules/run/phase-table.ts';
import { primaryRevision } from '@sluice/sluice/rules/run/revision.ts';
import type { ApiWrite } from '../support/checks/observe-writes.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import { createAdoptions, isAdoption } from './adoptions.ts';
import type { Readers } from './readers.ts';
import { whatRuns } from './what-runs.ts';
import { createVerdicts } from './verdicts.ts';

/** The end of a run, of which post-rollout hooks have to hear. */
export interface End {
  readonly phase: string;
  readonly runId: string;
  /** Of the Canary: one that is deleted is owed no more than a minute of attempts. */
  readonly uid: string;
}

export interface RunBook {
  readonly ends: readonly End[];
  /** A write of the Canary. */
  status(write: ApiWrite): void;
  /** A write of a Deployment. */
  deployment(write: ApiWrite): void;
  /** A write of a ConfigMap. */
  configMap(write: ApiWrite): void;
}

/** One write of the status: what it says, what it said before, and the spec that it was decided by. */
interface Change {
  readonly from: CanaryStatus;
  readonly to: CanaryStatus;
  readonly run: Run;
  readonly spec: CanarySpec;
  readonly uid: string;
}

const analysing: readonly unknown[] = ['Progressing', 'WaitingPromotion'];

/** What the records of a run may say, and what must have been answered before they say it. */
export function createRunBook(
  scenario: () => Scenario | undefined,
  readers: () => Readers | undefined,
  fail: (text: string) => void,
): RunBook {
  const ends: End[] = [];
  /** What the pods of a run are made from, by its id: the template and its configuration at the start of its analysis. */
  const analysed = new Map<string, string>();
  const confirmed = new Set<string>();
  const adoptions = createAdoptions();
  const verdicts = createVerdicts(scenario);

  const require = ({ spec, run }: Change, type: string, why: string, step?: number): void => {
    if (adoptions.wasAsked(run, type)) return;
    for (const path of verdicts.pathsOf(spec, type))
      if (verdicts.lastWord(path, run, step) !== 'yes')
        fail(`${why}, but the last word of ${type} ${path} was no yes (${run.id})`);
  };
  /** What the primary ran, and what its copy held, before the copy of each run: what an undone promotion has to put back. */
  const podsBefore = new Map<string, string>();
  const dataBefore = new Map<string, string>();

  /** Each rollout hook passed at the step that is left. */
  const judged = (change: Change, left: Run): void =>
    require({ ...change, run: left }, 'rollout', `step ${left.step} was left`, left.step);
  const unrevoked = ({ spec, run }: Change, why: string): void => {
    for (const path of verdicts.pathsOf(spec, 'rollback'))
      if (verdicts.lastWord(path, run) === 'yes')
        fail(`${why}, but ${path} asked for a rollback (${run.id})`);
  };

  function begins(change: Change): void {
    const { to, run } = change;
    require(change, 'confirm-rollout', 'a run began');
    if (to.failedChecks !== 0 || to.iterations !== 0)
      fail(`a run began with ${to.failedChecks} failed checks, ${to.iterations} iterations`);
    if (run.step !== 0) fail(`a run began at step ${run.step}`);
    analysed.set(run.id, whatRuns(scenario()?.deployment('podinfo'), readers()));
  }

  /** A run that Flagger had begun is no longer asked about what Flagger has been told. */
  function adopts({ from, run, spec }: Change): void {
    adoptions.note(from, run, spec);
    if (from.phase === 'Waiting') return;
    analysed.set(run.id, whatRuns(scenario()?.deployment('podinfo'), readers()));
    if (!analysing.includes(from.phase)) confirmed.add(run.id);
  }

  function grows(change: Change): void {
    const { from, to, spec } = change;
    require(change, 'pre-rollout', 'traffic grew');
    unrevoked(change, 'traffic grew');
    const grew = to.canaryWeight > from.canaryWeight;
    if ((spec.analysis.iterations ?? 0) > 0) {
      if (grew) require(change, 'confirm-promotion', 'all traffic was moved');
      return;
    }
    if (from.run !== undefined && from.run.step !== 0 && from.canaryWeight > 0) judged(change, from.run);
    if (grew) require(change, 'confirm-traffic-increase', 'the weight grew', from.run?.step ?? 0);
  }

  function promotes(change: Change): void {
    const { from, run, spec } = change;
    confirmed.add(run.id);
    for (const read of readers()?.ofTarget() ?? [])
      if (analysed.get(run.id)?.endsWith(read) !== true)
        fail(`promotion, but a pod that was judged read ${read}, not ${String(analysed.get(run.id))}`);
    if (spec.skipAnalysis === true || run.promote !== undefined) return;
    for (const type of ['confirm-rollout', 'pre-rollout', 'confirm-promotion'])
      require(change, type, 'promotion');
    unrevoked(change, 'promotion');
    if (from.run !== undefined) judged(change, from.run);
  }

  function changed(change: Change): void {
    const { from, to, run, spec } = change;
    if (isAdoption(from)) return adopts(change);
    const begun = to.phase === 'Progressing' && (!analysing.includes(from.phase) || from.run?.id !== run.id);
    if (begun) return begins(change);
    if (to.phase !== from.phase && (to.phase === 'Succeeded' || to.phase === 'Failed')) ended(change);
    if (!analysing.includes(from.phase)) return;
    if (to.phase === 'Promoting') promotes(change);
    else if (analysing.includes(to.phase)) {
      if (to.failedChecks < from.failedChecks) fail('failed checks were forgotten within a run');
      if (spec.skipAnalysis !== true && run.step > (from.run?.step ?? 0)) grows(change);
    }
  }

  function ended({ from, to, run, uid }: Change): void {
    const withdrawn = to.phase === 'Succeeded' && run.cause !== undefined;
    ends.push({ phase: to.phase, runId: run.id, uid });
    if (to.phase !== 'Succeeded' || withdrawn) return;
    if (from.phase !== 'Finalising') fail(`Succeeded came after ${from.phase}`);
    expectAnalysed(run, 'the primary runs');
  }

  function expectAnalysed(run: Run, what: string): void {
    const runs = whatRuns(scenario()?.deployment('podinfo-primary'), readers());
    if (runs !== analysed.get(run.id)) fail(`${what} ${runs}, analysed was ${String(analysed.get(run.id))}`);
  }

  const current = (): CanaryStatus =>
    full(scenario()?.store.get(canaries, { namespace: 'test', name: 'podinfo' }));

  return {
    ends,
    status({ before, after }) {
      if (before === undefined || after === undefined || after.metadata.name !== 'podinfo') return;
      const [from, to] = [full(before), full(after)];
      if (JSON.stringify(from) === JSON.stringify(to)) return;
      if (!mayFollow(from.phase, to.phase)) fail(`phase ${from.phase} was followed by ${to.phase}`);
      const spec = before['spec'] as CanarySpec;
      const limit = (spec.analysis.threshold ?? 1) + 1;
      if (to.failedChecks > Math.max(limit, from.failedChecks))
        fail(`${to.failedChecks} failed checks of ${limit}`);
      if (to.run !== undefined) changed({ from, to, run: to.run, spec, uid: before.metadata.uid ?? '' });
    },
    deployment({ before, after }) {
      if (after?.metadata.name !== 'podinfo-primary' || before === undefined) return;
      if (primaryRevision(before) === primaryRevision(after)) {
        if (podsOf(before) !== podsOf(after)) fail('the primary was changed without a revision');
        return;
      }
      const { phase, run } = current();
      if (phase === 'Initializing' || phase === '') return;
      if (run?.undo !== undefined) {
        if (podsOf(after) !== podsBefore.get(run.id)) fail('the primary was put back to what it did not run');
        return;
      }
      if (run !== undefined && !podsBefore.has(run.id)) podsBefore.set(run.id, podsOf(before));
      if (phase !== 'Promoting' || run === undefined || !confirmed.has(run.id))
        fail(`the primary was given a revision in phase ${phase}`);
      else if (primaryRevision(after) !== run.revision)
        fail('the primary was given another revision than the run');
      else expectAnalysed(run, 'the primary was given');
    },
    configMap({ before, after }) {
      if (after?.metadata.name !== 'settings-primary' || before === undefined) return;
      if (JSON.stringify(before['data']) === JSON.stringify(after['data'])) return;
      const { phase, run } = current();
      if (phase === 'Initializing' || phase === '') return;
      const [old, content] = [before, after].map((object) => JSON.stringify(object['data']));
      if (run !== undefined && content === dataBefore.get(run.id)) return;
      if (run !== undefined && !dataBefore.has(run.id)) dataBefore.set(run.id, old ?? '');
      if (phase !== 'Promoting' || run === undefined || !confirmed.has(run.id))
        fail(`the ${configMaps.kind} of the primary was changed in phase ${phase}`);
      else if (analysed.get(run.id)?.includes(JSON.stringify(after['data'])) !== true)
        fail(`the primary is to read ${JSON.stringify(after['data'])}, which was not analysed`);
    },
  };
}

const full = (object: AnyKubeObject | undefined): CanaryStatus => ({
  phase: '',
  failedChecks: 0,
  canaryWeight: 0,
  iterations: 0,
  ...(asRecord(object?.['status']) as Partial<CanaryStatus>),
});

const podsOf = (deployment: AnyKubeObject): string =>
  JSON.stringify(asRecord(asRecord(deployment['spec'])['template']));
