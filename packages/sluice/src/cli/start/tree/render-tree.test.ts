import { describe, expect, it } from 'vitest';
import type { CanaryStatus, HookResult, Run } from '../../../api/canary-status.ts';
import { columnsOf } from '@sluice/lib/text/wrap.ts';
import { renderTree } from './render-tree.ts';
import type { CanaryModel, TreeModel } from './tree-model.ts';

const now = Date.parse('2026-03-01T10:10:00Z');
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
const footer = 'export KUBECONFIG=/tmp/k';

const run: Run = {
  id: 'r2',
  revision: 'v1:2',
  targetUid: 'u',
  targetGeneration: 2,
  startedAt: ago(31),
  phaseSince: ago(12),
  step: 2,
  round: 2,
  oldImages: ['podinfod=ghcr.io/stefanprodan/podinfo:6.0.0'],
  newImages: ['podinfod=ghcr.io/stefanprodan/podinfo:6.0.1'],
};

const status = (changes: Partial<CanaryStatus> = {}): CanaryStatus => ({
  phase: 'Progressing',
  failedChecks: 1,
  canaryWeight: 20,
  iterations: 0,
  lastTransitionTime: ago(12),
  run,
  ...changes,
});

const canary = (changes: Partial<CanaryModel> = {}): CanaryModel => ({
  namespace: 'test',
  name: 'podinfo',
  status: status(),
  plan: { kind: 'weights', weights: [10, 20, 30], mirrorsFirst: false },
  target: 'deployment/podinfo',
  threshold: 5,
  pods: [],
  createdAt: now - 190_000,
  stepSince: now - 4000,
  changedAt: now,
  ...changes,
});

const tree = (...canaries: readonly CanaryModel[]): TreeModel => ({ now, canaries, told: [], footer });
const linesOf = (changes: Partial<CanaryModel>, columns = 100): readonly string[] =>
  renderTree(tree(canary(changes)), columns).slice(0, -2);
const lineWith = (label: string, changes: Partial<CanaryModel>): string =>
  linesOf(changes).find((line) => line.includes(`─ ${label}`)) ?? '';

const hook: HookResult = {
  name: 'promotion gate',
  type: 'confirm-promotion',
  index: 4,
  id: 'd1',
  outcome: 'denied',
  code: 403,
  attempts: 1,
  durationMs: 12,
  step: 3,
  at: ago(1),
};

describe('the tree of a canary', () => {
  it('whose run is on says where it stands, for how long, and what it waits for', () => {
    const waiting = {
      step: 'run-checks',
      for: 'interval',
      message: 'weight 20 is held for an interval before it is judged',
      since: ago(4),
      until: ago(-6),
    };
    const metrics = [
      { name: 'm', verdict: 'passed', message: 'request-success-rate 100% >= 99%', at: ago(5) },
      { name: 'd', verdict: 'denied', message: 'request-duration 612ms > 500ms', at: ago(5) },
    ];
    const pods = [
      { name: 'podinfo-primary-a', side: 'primary', isReady: true, reason: '', createdAt: now - 180_000 },
      {
        name: 'podinfo-b',
        side: 'canary',
        isReady: false,
        reason: 'ImagePullBackOff',
        createdAt: now - 9000,
      },
    ] as const;
    const share = { requests: 100, canaryPercent: 19.4 };
    expect(
      linesOf({ status: status({ waiting, run: { ...run, metrics }, hooks: [hook] }), pods, share }),
    ).toEqual([
      'test/podinfo  ▶ Progressing for 12s (run 31s, age 3m10s)',
      '├─ steps    ✔ start  ✔ 10%  ▶ 20% for 4s  ○ 30%  ○ promotion',
      '├─ waits    weight 20 is held for an interval before it is judged (for 4s, at most 6s more)',
      '├─ images   ghcr.io/stefanprodan/podinfo:6.0.0 → ghcr.io/stefanprodan/podinfo:6.0.1',
      '├─ traffic  █████░░░░░░░░░░░░░░░░░░░░ canary 20%  measured 19% of 100 requests',
      '├─ checks   ✔ request-success-rate 100% >= 99%   ✖ request-duration 612ms > 500ms   failed 1 of 5',
      '├─ pods     ✔ podinfo-primary-a (primary) ready, age 3m',
      '│           ◌ podinfo-b (canary) ImagePullBackOff, age 9s',
      '└─ hooks    ◷ promotion gate (confirm-promotion) 403 hold 12ms',
    ]);
  });

  it('whose run failed keeps the steps it reached, and gives the cause and what it waits for', () => {
    const cause = 'failed checks threshold reached 5/5; last: request-success-rate 89.2% < 99%';
    const failed = status({ phase: 'Failed', canaryWeight: 0, failedChecks: 0, run: { ...run, cause } });
    expect(linesOf({ status: failed })).toEqual([
      'test/podinfo  ✖ Failed for 12s (the run took 19s, age 3m10s)',
      '├─ steps    ✔ start  ✔ 10%  ✖ 20% failed  ○ 30%  ○ promotion',
      '├─ cause    failed checks threshold reached 5/5; last: request-success-rate 89.2% < 99%',
      '├─ waits    nothing; a change of deployment/podinfo starts the next run',
      '├─ images   ghcr.io/stefanprodan/podinfo:6.0.0 → ghcr.io/stefanprodan/podinfo:6.0.1',
      '└─ traffic  ░░░░░░░░░░░░░░░░░░░░░░░░░ canary 0%',
    ]);
  });

  it('at rest without a run is short of what a run has', () => {
    const { run: _none, ...rest } = status({ phase: 'Initialized', canaryWeight: 0, failedChecks: 0 });
    expect(linesOf({ status: rest })).toEqual([
      'test/podinfo  ✔ Initialized for 12s (age 3m10s)',
      '├─ steps    ○ start  ○ 10%  ○ 20%  ○ 30%  ○ promotion',
      '├─ waits    nothing; a change of deployment/podinfo starts the next run',
      '└─ traffic  ░░░░░░░░░░░░░░░░░░░░░░░░░ canary 0%',
    ]);
  });

  it('is wrapped on a narrow terminal, not cut', () => {
    const cause = 'failed checks threshold reached 5/5; last: request-success-rate 89.2% < 99%';
    const failed = status({ phase: 'Failed', canaryWeight: 0, run: { ...run, cause } });
    expect(linesOf({ status: failed }, 50)).toEqual([
      'test/podinfo  ✖ Failed for 12s',
      '  (the run took 19s, age 3m10s)',
      '├─ steps    ✔ start  ✔ 10%  ✖ 20% failed  ○ 30%',
      '│           ○ promotion',
      '├─ cause    failed checks threshold reached 5/5;',
      '│           last: request-success-rate 89.2% < 99%',
      '├─ waits    nothing; a change of',
      '│           deployment/podinfo starts the next run',
      '├─ images   ghcr.io/stefanprodan/podinfo:6.0.0 →',
      '│           ghcr.io/stefanprodan/podinfo:6.0.1',
      '└─ traffic  ░░░░░░░░░░░░░░░░░░░░░░░░░ canary 0%',
    ]);
  });
});

const waits = (step: string, reason: string, what = 'hook') => ({
  waiting: { step, for: what, reason, message: 'm', since: ago(4) },
});
const iterations = { kind: 'iterations', count: 5 } as const;
const mirrored = { kind: 'weights', weights: [10, 20], mirrorsFirst: true } as const;
const at = (step: number, changes: Partial<Run> = {}): { readonly run: Run } => ({
  run: { ...run, step, ...changes },
});

describe('the steps', () => {
  it.each<[string, Partial<CanaryStatus>, Partial<CanaryModel>, string]>([
    ['of a new canary', { phase: '', ...at(0) }, {}, '○ start  ○ 10%  ○ 20%  ○ 30%  ○ promotion'],
    [
      'at the first gate, which a canary at rest asks',
      { phase: 'Succeeded', ...at(0), ...waits('ask-confirm-rollout', 'GateClosed') },
      {},
      '◷ start for 4s  ○ 10%  ○ 20%  ○ 30%  ○ promotion',
    ],
    [
      'at the first gate after a failed run',
      { phase: 'Failed', ...at(0), ...waits('ask-confirm-rollout', 'AskingHook') },
      {},
      '◷ start for 4s  ○ 10%  ○ 20%  ○ 30%  ○ promotion',
    ],
    ['before any traffic', at(0), {}, '▶ start for 4s  ○ 10%  ○ 20%  ○ 30%  ○ promotion'],
    ['whose time is not known', at(1), { stepSince: undefined }, '✔ start  ▶ 10%  ○ 20%  ○ 30%  ○ promotion'],
    [
      'held by a gate',
      { ...at(1), ...waits('advance', 'GateClosed') },
      {},
      '✔ start  ◷ 10% for 4s  ○ 20%  ○ 30%  ○ promotion',
    ],
    [
      'waiting to be promoted',
      { phase: 'WaitingPromotion', ...at(3), ...waits('advance', 'GateClosed') },
      {},
      '✔ start  ✔ 10%  ✔ 20%  ✔ 30%  ◷ promotion for 4s',
    ],
    [
      'being promoted',
      { phase: 'Promoting', ...at(3) },
      {},
      '✔ start  ✔ 10%  ✔ 20%  ✔ 30%  ▶ promotion for 4s',
    ],
    [
      'being promoted step by step, which counts on',
      { phase: 'Promoting', ...at(9) },
      {},
      '✔ start  ✔ 10%  ✔ 20%  ✔ 30%  ▶ promotion for 4s',
    ],
    [
      'being put back after the copy',
      { phase: 'Promoting', ...at(3, { undo: { to: 'x', reason: 'Aborted' }, confirmPromotion: 'passed' }) },
      {},
      '✔ start  ✔ 10%  ✔ 20%  ✔ 30%  ↩ promotion for 4s',
    ],
    ['promoted', { phase: 'Succeeded', ...at(3) }, {}, '✔ start  ✔ 10%  ✔ 20%  ✔ 30%  ✔ promotion'],
    [
      'withdrawn: the target was put back',
      { phase: 'Succeeded', ...at(1, { cause: 'podinfo was put back' }) },
      {},
      '✔ start  ✔ 10%  ○ 20%  ○ 30%  ○ promotion',
    ],
    [
      'failed at the start',
      { phase: 'Failed', ...at(0) },
      {},
      '✖ start failed  ○ 10%  ○ 20%  ○ 30%  ○ promotion',
    ],
    [
      'failed at the last weight',
      { phase: 'Failed', ...at(3) },
      {},
      '✔ start  ✔ 10%  ✔ 20%  ✖ 30% failed  ○ promotion',
    ],
    [
      'failed at the promotion',
      { phase: 'Failed', ...at(3, { confirmPromotion: 'passed' }) },
      {},
      '✔ start  ✔ 10%  ✔ 20%  ✔ 30%  ✖ promotion failed',
    ],
    [
      'of requests that are copied first',
      at(1),
      { plan: mirrored },
      '✔ start  ▶ mirror for 4s  ○ 10%  ○ 20%  ○ promotion',
    ],
    [
      'failed after the copies',
      { phase: 'Failed', ...at(2) },
      { plan: mirrored },
      '✔ start  ✔ mirror  ✖ 10% failed  ○ 20%  ○ promotion',
    ],
    [
      'of iterations',
      { ...at(3), iterations: 3 },
      { plan: iterations },
      '✔ start  ▶ 3 of 5 iterations for 4s  ○ promotion',
    ],
    [
      'of iterations before the first',
      at(0),
      { plan: iterations },
      '▶ start for 4s  ○ 0 of 5 iterations  ○ promotion',
    ],
    [
      'of iterations that failed',
      { phase: 'Failed', ...at(3) },
      { plan: iterations },
      '✔ start  ✖ 3 of 5 iterations failed  ○ promotion',
    ],
    [
      'of iterations, promoted',
      { phase: 'Succeeded', ...at(5) },
      { plan: iterations },
      '✔ start  ✔ 5 of 5 iterations  ✔ promotion',
    ],
  ])('%s', (_title, changes, model, steps) => {
    expect(lineWith('steps', { status: status(changes), ...model })).toBe(`├─ steps    ${steps}`);
  });
});

describe('the images', () => {
  const image = 'ghcr.io/stefanprodan/podinfo:6.0.1';
  it.each<[string, Partial<Run>, string]>([
    [
      'of two containers',
      { oldImages: ['app=a:1', 'proxy=p:1'], newImages: ['app=a:2', 'proxy=p:1'] },
      'app: a:1 → a:2, proxy: p:1',
    ],
    [
      'with a digest',
      { oldImages: ['app=a@sha256:1'], newImages: ['app=a@sha256:2'] },
      'a@sha256:1 → a@sha256:2',
    ],
    [
      'that are equal',
      { oldImages: [`app=${image}`], newImages: [`app=${image}`] },
      `${image}, configuration changed`,
    ],
    [
      'with a container more',
      { oldImages: ['app=a:1'], newImages: ['app=a:1', 'proxy=p:1'] },
      'app: a:1, proxy: none → p:1',
    ],
  ])('%s', (_title, changes, images) => {
    expect(lineWith('images', { status: status({ run: { ...run, ...changes } }) })).toBe(
      `├─ images   ${images}`,
    );
  });

  it('that the primary runs already are no change of configuration', () => {
    const images = {
      oldImages: [`app=${image}`],
      newImages: [`app=${image}`],
      cause: 'nothing is to be promoted',
    };
    const skipped = status({ phase: 'Succeeded', run: { ...run, ...images } });
    expect(lineWith('images', { status: skipped })).toBe(`├─ images   ${image}`);
  });
});

describe('the tree of a cluster', () => {
  const resting = canary({
    name: 'cart',
    status: status({ phase: 'Succeeded', canaryWeight: 0 }),
    changedAt: now - 60_000,
  });

  it('shows every canary, those at rest shortly, what was told, and the command to copy last', () => {
    const model = { ...tree(resting, canary()), told: ['slack: one', 'slack: two'] };
    expect(renderTree(model, 100)).toEqual([
      'test/cart  ✔ Succeeded for 12s (the run took 19s, age 3m10s)',
      '├─ waits    nothing; a change of deployment/podinfo starts the next run',
      '└─ images   ghcr.io/stefanprodan/podinfo:6.0.0 → ghcr.io/stefanprodan/podinfo:6.0.1',
      '',
      'test/podinfo  ▶ Progressing for 12s (run 31s, age 3m10s)',
      '├─ steps    ✔ start  ✔ 10%  ▶ 20% for 4s  ○ 30%  ○ promotion',
      '├─ waits    nothing now',
      '├─ images   ghcr.io/stefanprodan/podinfo:6.0.0 → ghcr.io/stefanprodan/podinfo:6.0.1',
      '├─ traffic  █████░░░░░░░░░░░░░░░░░░░░ canary 20%',
      '└─ checks   failed 1 of 5',
      '',
      'told',
      '   slack: one',
      '   slack: two',
      '',
      footer,
    ]);
  });

  it('without canaries says so', () => {
    expect(renderTree(tree(), 80)).toEqual(['no Canary is in the cluster', '', footer]);
  });

  it.each([30, 60, 80, 120])('keeps each line within %d columns, but the one to copy', (columns) => {
    const told = ['x'.repeat(500), '漢字'.repeat(90)];
    const longest = { ...tree(resting, canary()), told, footer: `export KUBECONFIG=${'/folder'.repeat(20)}` };
    const lines = renderTree(longest, columns);
    expect(lines.at(-1)).toBe(longest.footer);
    expect(Math.max(...lines.slice(0, -1).map(columnsOf))).toBeLessThanOrEqual(columns);
  });

  it('shows no character that controls the terminal, wherever it comes from', () => {
    const evil = 'x\u001b[2J\n\u202ey\u009bz';
    const waiting = { step: 's', for: 'hook', message: evil, since: ago(1) };
    const images = { oldImages: [`c=${evil}`], newImages: [`c=${evil}2`], cause: evil };
    const metrics = [{ name: evil, verdict: 'denied', message: evil, at: ago(1) }];
    const model = canary({
      name: evil,
      status: status({ waiting, run: { ...run, ...images, metrics }, hooks: [{ ...hook, name: evil }] }),
      pods: [{ name: evil, side: 'canary', isReady: false, reason: evil }],
    });
    const lines = renderTree({ ...tree(model), told: [evil] }, 100);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(lines.filter((line) => line.startsWith('y'))).toEqual([]);
  });
});
