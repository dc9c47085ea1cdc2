import type { ApprovalView, HookView, RolloutView } from '../../view/rollout-view.ts';
import { ageOf, clockTime } from './times.ts';
import type { Table } from './table.ts';

/** A gate that a rollout meets: an approval that waits, or a program that said no. */
export interface GateView {
  readonly namespace: string;
  readonly name: string;
  /** Value of `--gate`: id of the approval, or name of the hook. */
  readonly gate: string;
  readonly hook: string;
  readonly type: string;
  readonly revision: string;
  readonly answeredBy: string;
  readonly since: string | null;
  readonly deadline: string | null;
  readonly onDeadline: string | null;
}

/** Approvals that wait, and gates behind URLs that are closed. */
export const gatesOf = (view: RolloutView): readonly GateView[] => [
  ...view.approvals.filter(({ state }) => state === 'waiting').map((approval) => forPeople(view, approval)),
  ...view.hooks
    .filter(({ type, url, judged }) => type.startsWith('confirm-') && url !== '' && judged === 'hold')
    .map((hook) => forProgram(view, hook)),
];

function forPeople({ metadata, revision }: RolloutView, approval: ApprovalView): GateView {
  const { id, hook, type, approvers, since, deadline, onDeadline } = approval;
  return {
    ...placeOf(metadata),
    gate: id,
    hook,
    type,
    revision,
    answeredBy: approvers,
    since,
    deadline: deadline ?? null,
    onDeadline: deadline === undefined ? null : onDeadline,
  };
}

function forProgram({ metadata, revision }: RolloutView, { name, type, url, at }: HookView): GateView {
  const none = { deadline: null, onDeadline: null };
  return {
    ...placeOf(metadata),
    gate: name,
    hook: name,
    type,
    revision,
    answeredBy: url,
    since: at,
    ...none,
  };
}

const placeOf = ({ namespace, name }: RolloutView['metadata']) => ({ namespace, name });

/** Columns of `sluice gate list`. */
export const gateTable = (gates: readonly GateView[], now: number): Table => ({
  header: [
    'NAMESPACE',
    'NAME',
    'GATE',
    'HOOK',
    'TYPE',
    'REVISION',
    'STATE',
    'ANSWERED BY',
    'SINCE',
    'GIVES UP',
  ],
  rows: gates.map(
    ({ namespace, name, gate, hook, type, revision, answeredBy, since, deadline, onDeadline }) => [
      namespace,
      name,
      gate,
      hook,
      type,
      revision.slice(0, 10),
      gate.startsWith('g-') ? '◷ waiting' : '◷ closed',
      answeredBy,
      ageOf(since, now),
      deadline === null ? '-' : `${clockTime(deadline, now)} ${onDeadline ?? ''}`.trim(),
    ],
  ),
});
