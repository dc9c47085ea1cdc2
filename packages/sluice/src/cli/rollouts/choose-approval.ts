import type { User } from '../../people/who-am-i.ts';
import type { ApprovalView, RolloutView } from '../../view/rollout-view.ts';
import { exitCodes } from '../exit-codes.ts';
import type { AlreadySo, Chosen, DecideFlags } from './decide.ts';
import { CommandFailure } from './failure.ts';

/**
 * The approval that is meant: the one of `--gate` (an id, or the name of a hook), or the only one that waits. A `rollback`
 * approval is a switch that rolls back, so it must be named. Throws `CommandFailure` when none or several are meant.
 */
export function chooseApproval(
  verb: 'approve' | 'reject',
  view: RolloutView,
  { gate }: Pick<DecideFlags, 'gate'>,
  user: User,
): Chosen | AlreadySo {
  const waiting = view.approvals.filter(({ state }) => state === 'waiting');
  const isNamed = ({ id, hook }: ApprovalView): boolean => id === gate || hook === gate;
  const found = waiting.filter(
    (one) =>
      (gate === undefined || isNamed(one)) &&
      /* guard: a-rollback-switch-is-named */ (gate !== undefined || one.type !== 'rollback'),
  );
  const [only, ...more] = found;
  if (only === undefined) return decidedAlready(verb, view, gate, user) ?? none(view, gate);
  if (more.length > 0) throw several(verb, view, found);
  const action = view.actions.find((one) => one.verb === verb && one.for === only.id);
  if (action === undefined) throw closed(verb, only);
  return { for: only.id, what: nameOf(only), does: action.does, needsReason: action.needsReason };
}

const nameOf = ({ id, hook, type }: ApprovalView): string => `${id} ${hook} (${type})`;

/** A repeat of what the user decided in this run is no error. */
function decidedAlready(
  verb: 'approve' | 'reject',
  { approvals, run }: RolloutView,
  gate: string | undefined,
  { name }: User,
): AlreadySo | undefined {
  const last = approvals
    .filter((one) => one.run === run?.id && (gate === undefined || one.id === gate || one.hook === gate))
    .at(-1);
  const vote = last?.votes?.find(({ by, verdict }) => by === name && verdict === verb);
  if (last === undefined || vote === undefined || name === '') return undefined;
  return {
    already: `has your answer: you ${verb === 'approve' ? 'approved' : 'rejected'} ${nameOf(last)} at ${vote.at}`,
  };
}

function none({ metadata, waitsFor, approvals }: RolloutView, gate: string | undefined): never {
  const where = `${metadata.namespace}/${metadata.name}`;
  if (gate === undefined && waitsFor.reason === 'GateClosed')
    throw new CommandFailure(
      exitCodes.refused,
      `${waitsFor.what}; a program answers it, not an approval`,
      `sluice gate list ${where}`,
    );
  const decided = approvals.find(({ id, hook }) => id === gate || hook === gate);
  const why =
    decided === undefined
      ? `no approval${gate === undefined ? '' : ` "${gate}"`} waits`
      : `${nameOf(decided)} is ${decided.state} already`;
  throw new CommandFailure(exitCodes.refused, why, `sluice status ${where}`);
}

function several(verb: string, { metadata }: RolloutView, found: readonly ApprovalView[]): CommandFailure {
  const lines = found.map(
    ({ id, hook, type }) =>
      `sluice ${verb} ${metadata.namespace}/${metadata.name} --gate ${id}    ${hook} (${type})`,
  );
  return new CommandFailure(exitCodes.usage, `${found.length} approvals wait; name one`, ...lines);
}

function closed(verb: string, { id, hook, type, deadline }: ApprovalView): CommandFailure {
  return type === 'rollback'
    ? new CommandFailure(
        exitCodes.refused,
        `"${hook}" is a switch that rolls back: it can be approved, or left alone`,
        `leave it: nothing waits for ${id}`,
      )
    : new CommandFailure(
        exitCodes.refused,
        `the time for ${verb} of ${id} was up at ${deadline}`,
        'wait for what the controller does at the deadline',
      );
}
