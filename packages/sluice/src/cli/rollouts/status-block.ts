import { printable } from '@sluice/lib/text/printable.ts';
import { wrap } from '@sluice/lib/text/wrap.ts';
import { shortRevision } from '../../rules/run/revision.ts';
import type { ApprovalView, HookView, RolloutView, WaitView } from '../../view/rollout-view.ts';
import { formatMs } from '../start/words.ts';
import { hookIcon, phaseWord, stepIcon } from './icons.ts';
import { nextCommands } from './next-commands.ts';
import { ageOf, clockTime, spanOf } from './times.ts';

export interface BlockFrame {
  readonly now: number;
  /** Infinite in a pipe. */
  readonly columns: number;
  /** One line in place of one for each hook. */
  readonly foldsHooks?: boolean;
}

type Branch = readonly [label: string, texts: readonly string[]];

const labelWidth = 10;
const barLength = 25;

/** One rollout as lines of at most `columns`: the first names what it waits for, the last the commands to go on. */
export function statusBlock(
  view: RolloutView,
  { now, columns, foldsHooks = false }: BlockFrame,
): readonly string[] {
  const branches: readonly Branch[] = [
    ['waits', view.waitsFor.kind === 'nothing' ? [] : [view.waitsFor.message]],
    ['revision', revisionLines(view, now)],
    ['cause', texts(view.run?.cause)],
    ['traffic', [trafficLine(view)]],
    ['steps', [view.steps.map(({ label, state }) => unit(stepIcon[state], label)).join('  ')]],
    ['checks', [checksLine(view)]],
    ['hooks', foldsHooks ? [`… ${view.hooks.length}, h shows them`] : view.hooks.map(hookLine)],
    ['approvals', view.approvals.map((approval) => approvalLine(approval, now))],
    ['paused', pausedLines(view, now)],
    ['decided', decidedLines(view, now)],
    ['problems', problemLines(view)],
    ['next', nextCommands(view)],
  ];
  return [
    ...wrap(printable(firstLine(view, now)), columns, '', '  '),
    ...branches.flatMap(([label, lines]) =>
      lines.flatMap((line, index) =>
        wrap(printable(line), columns, index === 0 ? label.padEnd(labelWidth) : indent, indent),
      ),
    ),
  ].map((line) => line.replaceAll(inseparable, ' '));
}

const indent = ' '.repeat(labelWidth);

/** Stands for a space at which a line is not broken: between an icon and its word. */
const inseparable = '\u00a0';
const unit = (...words: readonly string[]): string => words.join(' ').replaceAll(' ', inseparable);

const texts = (text = ''): readonly string[] => (text === '' ? [] : [text]);

function firstLine(view: RolloutView, now: number): string {
  const { metadata, waitsFor } = view;
  const head = `${metadata.namespace}/${metadata.name}  ${phaseWord(view)}`;
  const since = ageOf(view.since, now);
  if (waitsFor.kind === 'nothing')
    return `${head}${since === '' ? '' : ` (${since})`}: waits for ${waitsFor.message}`;
  const who = waitsFor.kind === 'person' ? 'a person: ' : '';
  return `${head}: waits for ${who}${waitsFor.what}${waitTimes(waitsFor, now)}`;
}

function waitTimes({ since, until, onDeadline }: WaitView, now: number): string {
  const so = ageOf(since, now);
  const left = Date.parse(until ?? '') - now;
  const times = [
    ...(so === '' ? [] : [`for ${so}`]),
    ...(left > 0 && onDeadline === null ? [`at most ${spanOf(left)} more`] : []),
    ...(until !== null && onDeadline !== null ? [`gives up ${clockTime(until, now)} → ${onDeadline}`] : []),
  ];
  return times.length === 0 ? '' : ` (${times.join(', ')})`;
}

function revisionLines({ revision, images, run }: RolloutView, now: number): readonly string[] {
  if (revision === '') return ['none yet'];
  const began = run === null ? '' : `  run ${shortRevision(run.id)} began ${ageOf(run.startedAt, now)} ago`;
  const by = run === null || run.requestedBy === '' ? '' : `, requested by ${run.requestedBy}`;
  return [`${shortRevision(revision)}  ${images.text}${began}${by}`];
}

function trafficLine({ traffic: { written, most } }: RolloutView): string {
  const full = Math.round((written / 100) * barLength);
  const bar = '█'.repeat(full) + '░'.repeat(barLength - full);
  return `${bar} canary ${written}% of at most ${most}% before the promotion, primary ${100 - written}%`;
}

const verdictIcon = (verdict: string): string =>
  verdict === 'passed' ? '✔' : verdict === 'no-data' ? '◌' : '✖';

function checksLine({ checks }: RolloutView): string {
  const results = checks.metrics.map(
    ({ verdict, message }) => `${verdictIcon(verdict)}${inseparable}${message}`,
  );
  return [...results, `failed ${checks.failed} of ${checks.threshold}`].join('   ');
}

function hookLine(hook: HookView): string {
  const { name, type, judged, outcome, code, durationMs, attempts } = hook;
  if (judged === '') return `○ ${name} (${type}) ${outcome || notYet(hook)}`;
  const answer = outcome === 'failed' ? 'no answer' : (code ?? '-');
  const tries = attempts > 1 ? `, ${attempts} tries` : '';
  const said = judged === 'fail' || judged === 'hold' || judged === 'lost' ? hook.message : '';
  return `${hookIcon(hook)} ${name} (${type}) ${answer} ${judged} ${formatMs(durationMs)}${tries}${said === '' ? '' : `: ${said}`}`;
}

/** A hook without a URL is answered by people. */
export const notYet = ({ url }: HookView): string => (url === '' ? 'answered by people' : 'not called yet');

const approvalIcon: Readonly<Record<string, string>> = { waiting: '◷', approved: '✔' };

function approvalLine(approval: ApprovalView, now: number): string {
  const { id, hook, type, state, approvers, approved, needed, deadline, onDeadline } = approval;
  const head = `${approvalIcon[state] ?? '✖'} ${id} ${hook} (${type}) ${state}`;
  const by = (approval.votes ?? []).map((vote) => `${vote.verdict} by ${vote.by}${named(vote)}`).join(', ');
  if (state !== 'waiting') return `${head}${by === '' ? '' : `: ${by}`}`;
  const limit =
    deadline === undefined ? 'no deadline' : `gives up ${clockTime(deadline, now)} → ${onDeadline}`;
  return `${head}: ${approvers}; ${approved.length} of ${needed}, ${limit}${by === '' ? '' : `; ${by}`}`;
}

const named = ({ verified }: { readonly verified: boolean }): string =>
  verified ? ' (verified)' : ' (claimed)';

function pausedLines({ paused }: RolloutView, now: number): readonly string[] {
  if (paused === null) return [];
  const { by, at, until, reason = '' } = paused;
  const limit = until === undefined ? 'until it is resumed' : `until ${clockTime(until, now)}`;
  return [
    `by ${by || 'somebody'}${named(paused)} at ${clockTime(at, now)}, ${limit}${reason === '' ? '' : `: ${reason}`}`,
  ];
}

const mostDecided = 3;

function decidedLines({ decisions }: RolloutView, now: number): readonly string[] {
  return decisions.slice(-mostDecided).map((one) => {
    const { verb, by, via, at, result, message, hook } = one;
    const what = `${verb}${hook === undefined ? '' : ` ${hook}`} by ${by || 'nobody named'}${named(one)}`;
    return `${result === 'done' ? '✔' : '✖'} ${clockTime(at, now)} ${what} via ${via}: ${message}`;
  });
}

/** Conditions that are not as they should be. */
const problemLines = ({ conditions }: RolloutView): readonly string[] =>
  conditions
    .filter(({ type, status }) => type !== 'Promoted' && status === 'True')
    .map(({ type, message = '' }) => `! ${type}: ${message}`);
