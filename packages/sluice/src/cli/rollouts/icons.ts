import type { HookView, RolloutState, RolloutView, StepView } from '../../view/rollout-view.ts';

/** Each stands beside a word that says the same. `◷` is for people alone: it waits for one. */
export const stateIcon: Readonly<Record<RolloutState, string>> = {
  person: '◷',
  machine: '▶',
  failed: '✖',
  back: '↩',
  done: '✔',
  idle: '✔',
};

export const stepIcon: Readonly<Record<StepView['state'], string>> = {
  done: '✔',
  now: '▶',
  waits: '◷',
  failed: '✖',
  back: '↩',
  'to-come': '○',
};

const judgedIcon: Readonly<Record<string, string>> = {
  open: '✔',
  pass: '✔',
  clear: '✔',
  delivered: '✔',
  hold: '◷',
  fail: '✖',
  'ROLL BACK': '↩',
  lost: '!',
};

/** Empty before the first answer. */
export const hookIcon = ({ judged, outcome }: HookView): string =>
  outcome === 'failed' ? '!' : (judgedIcon[judged] ?? '');

/** `◷ WaitingPromotion` */
export const phaseWord = ({ phase, state }: Pick<RolloutView, 'phase' | 'state'>): string =>
  `${phase === '' || phase === 'Initializing' ? '◌' : stateIcon[state]} ${phase || 'new'}`;
