import type { RolloutDeps } from '../deps.ts';
import type { Draft } from '../draft.ts';
import type { Seen } from '../seen.ts';

/** What it takes to ask. The answer of a hook is noted in the draft. */
export interface Asking {
  readonly seen: Seen;
  readonly draft: Draft;
  readonly deps: Pick<
    RolloutDeps,
    'questions' | 'send' | 'decisionPolicy' | 'cache' | 'options' | 'providers' | 'telemetry' | 'listPods'
  >;
}
