import { duration as secondsAsWords } from '@sluice/local/api/tables/age.ts';
import { printable } from '@sluice/lib/text/printable.ts';
import { wrap } from '@sluice/lib/text/wrap.ts';
import { isResting } from '../../../rules/run/phases.ts';
import { hookLine, phaseIcon } from '../words.ts';
import { describeImages } from '../../../view/describe-images.ts';
import type { StepView } from '../../../view/rollout-view.ts';
import { asksToStart, stepMarks } from '../../../view/step-marks.ts';
import type { CanaryModel, PodModel } from './tree-model.ts';

export interface Frame {
  readonly now: number;
  readonly columns: number;
  /** Only what is to be known of a canary at rest: phase, images, cause and waits. */
  readonly isShort: boolean;
}

/** A branch of the tree: its label, and texts that each begin on a line of their own. */
type Branch = readonly [label: string, texts: readonly string[]];

const barLength = 25;
const labelWidth = 9;
const mostPods = 6;

/** One Canary as lines of at most `frame.columns`. */
export function renderCanary(canary: CanaryModel, frame: Frame): readonly string[] {
  const { status } = canary;
  const cause = status.run?.cause;
  const known: readonly Branch[] = [
    ['cause', asTexts(cause ?? '')],
    ['waits', [waitsLine(canary, frame.now)]],
    ['images', asTexts(describeImages(status))],
  ];
  // What a person on call looks for stands above what a low terminal has no room for.
  const branches: readonly Branch[] = frame.isShort
    ? known
    : [
        ['steps', [stepLine(canary, frame.now)]],
        ...known,
        ['traffic', [trafficLine(canary)]],
        ['checks', asTexts(checkLine(canary))],
        ['pods', podLines(canary.pods, frame.now)],
        ['hooks', (status.hooks ?? []).map(hookLine)],
      ];
  const shown = branches.filter(([, texts]) => texts.length > 0);
  return [
    ...wrap(printable(headLine(canary, frame.now)), frame.columns, '', '  '),
    ...shown.flatMap((branch, index) => renderBranch(branch, index === shown.length - 1, frame.columns)),
  ].map((line) => line.replaceAll(inseparable, ' '));
}

function renderBranch([label, texts]: Branch, isLast: boolean, columns: number): readonly string[] {
  const below = `${isLast ? ' ' : '│'}  ${' '.repeat(labelWidth)}`;
  const first = `${isLast ? '└' : '├'}─ ${label.padEnd(labelWidth)}`;
  return texts.flatMap((text, index) =>
    wrap(printable(text), columns, index === 0 ? first : below, texts.length > 1 ? `${below}  ` : below),
  );
}

/** Stands for a space at which a line is not broken: between an icon and its word. */
const inseparable = '\u00a0';
const unit = (...words: readonly string[]): string => words.join(inseparable);

const asTexts = (text: string): readonly string[] => (text === '' ? [] : [text]);

const duration = (milliseconds: number): string =>
  secondsAsWords(Math.floor(Math.max(0, milliseconds) / 1000));

const since = (time: string | number | undefined, now: number): string | undefined => {
  const at = typeof time === 'string' ? Date.parse(time) : time;
  return at === undefined || Number.isNaN(at) ? undefined : duration(now - at);
};

function headLine({ namespace, name, status, createdAt }: CanaryModel, now: number): string {
  const { phase, run, lastTransitionTime } = status;
  const inPhase = since(lastTransitionTime, now);
  const age = since(createdAt, now);
  const began = Date.parse(run?.startedAt ?? '');
  const rests = isResting(phase) && !asksToStart(status);
  const ran = rests ? since(began, Date.parse(lastTransitionTime ?? '')) : since(began, now);
  const times = [
    ...(ran === undefined || phase === 'Initialized' ? [] : [rests ? `the run took ${ran}` : `run ${ran}`]),
    ...(age === undefined ? [] : [`age ${age}`]),
  ];
  return [
    `${namespace}/${name} `,
    unit(phaseIcon[phase], phase || 'new', ...(inPhase === undefined ? [] : ['for', inPhase])),
    ...(times.length === 0 ? [] : [`(${times.join(', ')})`.replaceAll(' ', inseparable)]),
  ].join(' ');
}

function trafficLine({ status: { canaryWeight }, share }: CanaryModel): string {
  const full = Math.round((canaryWeight / 100) * barLength);
  const bar = '█'.repeat(full) + '░'.repeat(barLength - full);
  const { canaryPercent, requests = 0 } = share ?? {};
  const measured =
    canaryPercent === undefined
      ? ''
      : `  measured ${canaryPercent.toFixed(0)}% of ${requests} request${requests === 1 ? '' : 's'}`;
  return `${bar} ${unit('canary', `${canaryWeight}%`)}${measured}`;
}

const stepIcon = {
  done: '✔',
  now: '▶',
  waits: '◷',
  failed: '✖',
  back: '↩',
  'to-come': '○',
} as const satisfies Record<StepView['state'], string>;

function stepLine({ status, plan, stepSince }: CanaryModel, now: number): string {
  const time = since(stepSince, now);
  const word = ({ label, state }: StepView): string => {
    const isNow = state === 'now' || state === 'waits' || state === 'back';
    const tail = isNow && time !== undefined ? ['for', time] : state === 'failed' ? ['failed'] : [];
    return unit(stepIcon[state], ...label.split(' '), ...tail);
  };
  return stepMarks(status, plan).map(word).join('  ');
}

const verdictIcon = (verdict: string): string =>
  verdict === 'passed' ? '✔' : verdict === 'no-data' ? '◌' : '✖';

function checkLine({ status, threshold }: CanaryModel): string {
  const results = (status.run?.metrics ?? []).map(
    ({ verdict, message }) => `${verdictIcon(verdict)}${inseparable}${message}`,
  );
  // A rollback resets the count, as in Flagger; a 0 would only confuse there.
  const counts = status.run !== undefined && status.phase !== 'Failed';
  return [
    ...results,
    ...(counts ? [unit('failed', String(status.failedChecks), 'of', String(threshold))] : []),
  ].join('   ');
}

function waitsLine({ status, target }: CanaryModel, now: number): string {
  const { waiting } = status;
  if (waiting === undefined)
    return isResting(status.phase) ? `nothing; a change of ${target} starts the next run` : 'nothing now';
  const so = since(waiting.since, now);
  const left = Date.parse(waiting.until ?? '') - now;
  const times = [
    ...(so === undefined ? [] : [`for ${so}`]),
    ...(left > 0 ? [`at most ${duration(left)} more`] : []),
  ];
  return `${waiting.message}${times.length === 0 ? '' : ` (${times.join(', ')})`}`;
}

function podLines(pods: readonly PodModel[], now: number): readonly string[] {
  const lines = pods.slice(0, mostPods).map(({ name, side, isReady, reason, createdAt }) => {
    const age = since(createdAt, now);
    const state = isReady ? 'ready' : reason || 'not ready';
    return `${unit(isReady ? '✔' : '◌', name)} (${side}) ${state}${age === undefined ? '' : `, age ${age}`}`;
  });
  return pods.length > mostPods ? [...lines, `… ${pods.length - mostPods} more`] : lines;
}
