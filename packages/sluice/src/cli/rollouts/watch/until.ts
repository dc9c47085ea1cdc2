import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { RolloutView } from '../../../view/rollout-view.ts';
import { exitCodes } from '../../exit-codes.ts';

/** What `status -w` waits for. */
export type Until =
  | { readonly kind: 'succeeded' | 'gate' | 'promoted' }
  | { readonly kind: 'weight'; readonly percent: number };

/** Parses `succeeded`, `gate`, `promoted` or `weight=N`. Throws `SluiceError`. */
export function parseUntil(text: string): Until {
  if (text === 'succeeded' || text === 'gate' || text === 'promoted') return { kind: text };
  const percent = Number(/^weight=(\d{1,3})$/.exec(text)?.[1] ?? Number.NaN);
  if (percent >= 1 && percent <= 100) return { kind: 'weight', percent };
  throw new SluiceError(`--until is "${text}"; write succeeded, gate, promoted or weight=N`);
}

/** The primary has the new version. */
const promoted = new Set(['Finalising', 'Succeeded']);

/**
 * Exit code of a watch: 0 once what it waits for has come, 3 once it cannot come any more. Undefined while the rollout goes
 * on. `isOurs`: whether the last run is the one that is meant; before it begins nothing is over.
 */
export function codeWhenOver(view: RolloutView, until: Until, isOurs: boolean): number | undefined {
  if (!isOurs) return undefined;
  const { state, phase, run, traffic } = view;
  if (state === 'failed') return exitCodes.answeredNo;
  const isWithdrawn = (run?.cause ?? '') !== '' && phase === 'Succeeded';
  if (isWithdrawn) return exitCodes.answeredNo;
  if (until.kind === 'gate' && state === 'person') return exitCodes.done;
  if (until.kind === 'promoted' && promoted.has(phase) && (run?.cause ?? '') === '') return exitCodes.done;
  if (until.kind === 'weight' && (traffic.written >= until.percent || phase === 'Finalising'))
    return exitCodes.done;
  return state === 'done' || state === 'idle' ? exitCodes.done : undefined;
}
