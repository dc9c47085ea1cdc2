import type { ActionView, RolloutView } from '../../view/rollout-view.ts';

/** What to type for each decision, without the arguments that every one has. */
const typed: Readonly<Record<ActionView['verb'], string>> = {
  approve: 'approve',
  reject: 'reject',
  pause: 'pause',
  resume: 'resume',
  abort: 'abort',
  promote: 'promote',
  retry: 'retry',
  undo: 'undo',
  start: 'override',
};

/** Exact command lines that make sense now, each with what it does; those of an approval name it where several wait. */
export function nextCommands(view: RolloutView): readonly string[] {
  const open = view.approvals.filter(({ state }) => state === 'waiting').length;
  return view.actions.map((action) => `${commandFor(view, action, open > 1)}    ${action.does}`);
}

function commandFor(
  { metadata }: Pick<RolloutView, 'metadata'>,
  { verb, for: about, needsReason }: ActionView,
  isOneOfMany: boolean,
): string {
  const gate = isOneOfMany && (verb === 'approve' || verb === 'reject') ? ` --gate ${about}` : '';
  const reason = needsReason ? ' -m "…"' : '';
  return `sluice ${typed[verb]} ${metadata.namespace}/${metadata.name}${gate}${reason}`;
}
