import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { Run } from '@sluice/sluice/api/canary-status.ts';
import type { ReceivedHook } from '../support/fakes/fake-receiver.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

/** What the receiver was asked and said, as the proofs count it: by their own reading of the spec and of the calls. */
export interface Verdicts {
  /** Paths of the hooks of a type, as the spec says at the moment. */
  pathsOf(spec: CanarySpec, type: string): readonly string[];
  /** Whether the last word for this run (at this step) was a yes; undefined when nothing was heard. */
  lastWord(path: string, run: Run, step?: number): 'yes' | 'no' | undefined;
}

/** The time-out of a hook, and one turn more. */
const patienceMs = 10_001;

export function createVerdicts(scenario: () => Scenario | undefined): Verdicts {
  const heard = (path: string, run: Run, step?: number): readonly ReceivedHook[] =>
    (scenario()?.receiver.calls(path) ?? []).filter(
      ({ payload }) => payload['runId'] === run.id && (step === undefined || payload['step'] === step),
    );
  return {
    pathsOf: (spec, type) =>
      (spec.analysis.webhooks ?? [])
        .filter((hook) => (hook.type === undefined || hook.type === '' ? 'rollout' : hook.type) === type)
        .map(({ url }) => new URL(url ?? '').pathname),
    lastWord(path, run, step) {
      const now = scenario()?.receiver.now() ?? 0;
      // What is still on its way at this very moment nobody can have heard; a receiver that is silent says no in the end.
      const spoken = heard(path, run, step).filter(
        ({ reply, at }, index, all) => index < all.length - 1 || !isOpen(reply, now - at),
      );
      const last = spoken.at(-1);
      if (last === undefined) return undefined;
      return last.reply === 200 || last.reply === 202 ? 'yes' : 'no';
    },
  };
}

const isOpen = (reply: ReceivedHook['reply'], ageMs: number): boolean =>
  reply === 'silence' ? ageMs < patienceMs : ageMs === 0 && reply !== 200 && reply !== 202;
