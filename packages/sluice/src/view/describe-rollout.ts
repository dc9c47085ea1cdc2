import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { parseCanary, salvageCanary } from '../api/parse-canary.ts';
import type { Canary } from '../api/canary.ts';
import type { CanaryStatus, Run } from '../api/canary-status.ts';
import type { RouterCapabilities } from '../ports/router.ts';
import { strategyOf } from '../rules/traffic/strategy.ts';
import { describeActions } from './describe-actions.ts';
import { describeApprovals } from './describe-approvals.ts';
import { describeChecks } from './describe-checks.ts';
import { describeHooks } from './describe-hooks.ts';
import { describeImages } from './describe-images.ts';
import { describeWait } from './describe-wait.ts';
import { asRun, planOf } from './plan-of.ts';
import type { Plan } from './plan-of.ts';
import type { RolloutView, RunView, WaitView } from './rollout-view.ts';
import { stateOf } from './run-facts.ts';
import { stepMarks } from './step-marks.ts';

export interface DescribeOptions {
  /** Provider of canaries that name none: the controller's `-mesh-provider`. */
  readonly meshProvider: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What the router of a provider can do; without it the plan is shown as it is written. */
  readonly capabilitiesOf?: (provider: string) => RouterCapabilities | undefined;
}

/**
 * A Canary as people see it. One whose spec is not valid is described by its valid part; `unreadable` says why nothing
 * can be said at all.
 */
export function describeRollout(
  object: AnyKubeObject,
  options: DescribeOptions,
): RolloutView | { readonly unreadable: string } {
  const parsed = parseCanary(object);
  const canary = 'canary' in parsed ? parsed.canary : salvageCanary(object);
  if (canary !== undefined) return describe(canary, options);
  const [problem] = 'problems' in parsed ? parsed.problems : [];
  return { unreadable: problem === undefined ? 'it cannot be read' : `${problem.field}: ${problem.message}` };
}

function describe(canary: Canary, options: DescribeOptions): RolloutView {
  const { spec } = canary;
  const { status = noStatus } = canary;
  const provider = spec.provider || options.meshProvider;
  const capabilities = options.capabilitiesOf?.(provider);
  const plan = planOf(canary, capabilities);
  const approvals = describeApprovals(canary);
  const waitsFor = describeWait(canary, approvals);
  return {
    apiVersion: 'cli.sluice.dev/v1',
    kind: 'RolloutView',
    metadata: metadataOf(canary),
    phase: status.phase,
    state: stateOf(status, waitsFor),
    target: `${spec.targetRef.kind.toLowerCase()}/${spec.targetRef.name}`,
    strategy: strategyOf(asRun(canary, capabilities).spec.analysis),
    provider,
    revision: bare(status.run?.revision ?? status.lastAppliedSpec ?? ''),
    images: {
      before: status.run?.oldImages ?? [],
      after: status.run?.newImages ?? [],
      text: describeImages(status),
    },
    traffic: { written: status.canaryWeight, most: mostOf(plan) },
    steps: stepMarks(status, plan),
    checks: describeChecks(canary),
    hooks: describeHooks(canary),
    waitsFor,
    run: status.run === undefined ? null : runView(status.run),
    approvals,
    actions: describeActions(canary, approvals, options.now),
    since: sinceOf(status, waitsFor),
    ...recordsOf(status),
  };
}

const noStatus: CanaryStatus = { phase: '', failedChecks: 0, canaryWeight: 0, iterations: 0 };

function metadataOf({ metadata }: Canary): RolloutView['metadata'] {
  const { namespace = '', name, uid = '', resourceVersion = '' } = metadata;
  return { namespace, name, uid, resourceVersion };
}

/** What status keeps of people and announcements, as it is. */
const recordsOf = (
  status: CanaryStatus,
): Pick<RolloutView, 'paused' | 'decisions' | 'history' | 'deliveries' | 'conditions'> => ({
  paused: status.paused ?? null,
  decisions: status.decisions ?? [],
  history: status.history ?? [],
  deliveries: {
    outbox: status.outbox ?? [],
    dropped: status.outboxDropped ?? 0,
    deadLetters: status.deadLetters ?? [],
  },
  conditions: status.conditions ?? [],
});

const runView = ({ id, startedAt, step, cause = '', requestedBy = '' }: Run): RunView => ({
  id,
  startedAt,
  step,
  cause,
  requestedBy,
});

/** Without its scheme. */
const bare = (revision: string): string => revision.replace(/^v\d+:/, '');

const mostOf = (plan: Plan): number => (plan.kind === 'weights' ? (plan.weights.at(-1) ?? 100) : 100);

/** Since when it is as it is: the wait of a person, or else the phase. */
const sinceOf = ({ lastTransitionTime }: CanaryStatus, { kind, since }: WaitView): string | null =>
  kind === 'person' ? since : (lastTransitionTime ?? null);
