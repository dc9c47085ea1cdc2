import type { CanaryStatus } from '../../api/canary-status.ts';
import type { MeasuredShare } from './share.ts';
import { clean, hookLine, phaseIcon, waitsFor } from './words.ts';

export interface TreeView {
  readonly name: string;
  readonly namespace: string;
  readonly status: CanaryStatus;
  /** Weights the analysis walks through. */
  readonly steps: readonly number[];
  readonly share: MeasuredShare;
  readonly gatewayFailures: number;
  /** Last lines that the receivers printed, oldest first. */
  readonly told: readonly string[];
  readonly width: number;
}

const barLength = 25;

/** The rollout as a few lines for a terminal; each at most `width` characters. */
export function renderTree(view: TreeView): readonly string[] {
  const { status } = view;
  const { run } = status;
  const images =
    run === undefined
      ? ''
      : `  ${(run.oldImages ?? []).map(tagOf).join(' ')} → ${(run.newImages ?? []).map(tagOf).join(' ')}`;
  const lines = [
    `${view.namespace}/${view.name}  ${phaseIcon[status.phase]} ${status.phase || 'new'}${images}`,
    `├─ traffic  ${bar(status.canaryWeight)} canary ${status.canaryWeight}%${measured(view.share)}`,
    `├─ steps    ${stepLine(view)}`,
    `├─ checks   ${checkLine(status)}`,
    `├─ waits    ${status.phase === 'Failed' ? `nothing; ${status.run?.cause ?? 'the run failed'}` : waitsFor(status) || '-'}`,
    '├─ hooks',
    ...(status.hooks ?? []).map((hook) => `│    ${hookLine(hook)}`),
    '└─ told',
    ...view.told.slice(-4).map((line) => `     ${line}`),
  ];
  return lines.map((line) => Array.from(clean(line)).slice(0, view.width).join(''));
}

const tagOf = (image: string): string => image.slice(image.lastIndexOf(':') + 1);

const bar = (percent: number): string => {
  const full = Math.round((percent / 100) * barLength);
  return '█'.repeat(full) + '░'.repeat(barLength - full);
};

const measured = ({ canaryPercent, requests }: MeasuredShare): string =>
  canaryPercent === undefined
    ? ''
    : `  measured ${canaryPercent.toFixed(0)}% of ${requests} request${requests === 1 ? '' : 's'}`;

function stepLine({ status, steps }: TreeView): string {
  const marks = steps.map((weight) => `${stepIcon(status, weight)} ${weight}`);
  const promoted = status.phase === 'Succeeded' || status.phase === 'Finalising';
  const icon = promoted ? '✔' : ({ Promoting: '▶', WaitingPromotion: '◷' }[String(status.phase)] ?? '○');
  return [...marks, `${icon} promotion`].join('  ');
}

function stepIcon(status: CanaryStatus, weight: number): string {
  if (status.phase === 'Failed') return '↩';
  if (['Succeeded', 'Finalising', 'Promoting'].includes(status.phase) || status.canaryWeight > weight)
    return '✔';
  return status.canaryWeight === weight ? '▶' : '○';
}

function checkLine(status: CanaryStatus): string {
  const results = (status.run?.metrics ?? []).map(
    (metric) =>
      `${metric.verdict === 'passed' ? '✔' : metric.verdict === 'no-data' ? '◌' : '✖'} ${metric.message}`,
  );
  // A rollback resets the count, as in Flagger; a 0 would only confuse here.
  const count = status.phase === 'Failed' ? [] : [`failed ${status.failedChecks}`];
  return [...results, ...count].join('   ');
}
