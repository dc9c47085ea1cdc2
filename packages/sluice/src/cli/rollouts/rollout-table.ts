import { shortRevision } from '../../rules/run/revision.ts';
import type { RolloutView, WaitView } from '../../view/rollout-view.ts';
import { phaseWord } from './icons.ts';
import type { ListedView } from './read-rollout.ts';
import { ageOf, clockTime, spanOf } from './times.ts';
import type { Table } from './table.ts';

const common = ['NAME', 'PHASE', 'WEIGHT', 'CHECKS', 'WAITS FOR', 'SINCE'];
const wide = ['REVISION', 'IMAGES', 'STRATEGY', 'STEP', 'DEADLINE', 'LAST ACTOR'];

/** Columns for `sluice get`. `-o wide` adds columns and changes none. */
export function rolloutTable(
  views: readonly ListedView[],
  options: { readonly now: number; readonly allNamespaces: boolean; readonly isWide: boolean },
): Table & { readonly flexible: number } {
  const { now, allNamespaces, isWide } = options;
  const header = [...(allNamespaces ? ['NAMESPACE'] : []), ...common, ...(isWide ? wide : [])];
  const rows = views.map((view) => [
    ...(allNamespaces ? [view.metadata.namespace] : []),
    ...(view.kind === 'RolloutView'
      ? [...commonCells(view, now), ...(isWide ? wideCells(view, now) : [])]
      : [view.metadata.name, '✖ Unreadable', '', '', `you: ${view.why}`, '']),
  ]);
  return { header, rows, flexible: header.indexOf('WAITS FOR') };
}

function commonCells(view: RolloutView, now: number): readonly string[] {
  const { metadata, traffic, checks } = view;
  return [
    metadata.name,
    phaseWord(view),
    `${traffic.written}/${traffic.most}`,
    `${checks.failed}/${checks.threshold}`,
    waitWord(view.waitsFor, now),
    ageOf(view.since, now),
  ];
}

function wideCells(view: RolloutView, now: number): readonly string[] {
  const { waitsFor, steps } = view;
  const step = steps.find(({ state }) => state !== 'done' && state !== 'to-come');
  return [
    shortRevision(view.revision),
    view.images.text,
    view.strategy,
    step?.label ?? '',
    waitsFor.until === null || waitsFor.onDeadline === null
      ? ''
      : `${clockTime(waitsFor.until, now)} ${waitsFor.onDeadline}`,
    view.decisions.at(-1)?.by ?? '',
  ];
}

/** `confirm-promotion: alice`, `next check in 18s`, `nothing`. */
function waitWord({ what, until, kind }: WaitView, now: number): string {
  const left = Date.parse(until ?? '') - now;
  return kind === 'machine' && left > 0 ? `${what} in ${spanOf(left)}` : what;
}
