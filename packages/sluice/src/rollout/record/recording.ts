import type { RolloutDeps } from '../deps.ts';
import type { Draft } from '../draft.ts';
import type { Held } from '../held.ts';
import type { CanaryMemory } from '../memory.ts';
import type { Seen } from '../seen.ts';
import type { Wait } from '../wait.ts';

/** A pass that has decided: what is to be recorded, and told afterwards. */
export interface Recording {
  readonly seen: Seen;
  readonly held: Held;
  readonly draft: Draft;
  readonly memory: CanaryMemory;
  readonly deps: RolloutDeps;
  readonly signal: AbortSignal;
  /** The decision that ended the pass. */
  readonly step: string;
  /** Undefined: something was decided, or there is nothing to wait for. */
  readonly wait: Wait | undefined;
  readonly decided: boolean;
}

/** `later`: a change of no consequence, which is written at `dueAt` (milliseconds) at the latest. */
export type Recorded =
  | { readonly outcome: 'written' | 'unchanged' | 'conflict' }
  | { readonly outcome: 'later'; readonly dueAt: number };
