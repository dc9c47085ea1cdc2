import type { RolloutView } from '../../view/rollout-view.ts';
import { phaseWord, trafficText, waitText } from '../pages/words.ts';

/**
 * What a page changes in place when a rollout changes: texts by name, and the numbers of bars. It is the same for all
 * readers; whatever depends on the reader is fetched anew.
 */
export interface LiveFields {
  readonly key: string;
  readonly state: RolloutView['state'];
  /** Percent of the bar. */
  readonly bar: number;
  readonly texts: Readonly<Record<string, string>>;
}

export const liveFields = (view: RolloutView): LiveFields => ({
  key: `${view.metadata.namespace}/${view.metadata.name}`,
  state: view.state,
  bar: view.traffic.written,
  texts: {
    phase: phaseWord(view),
    weight: String(view.traffic.written),
    traffic: trafficText(view),
    checks: `${view.checks.failed}/${view.checks.threshold}`,
    waits: waitText(view),
    waitsAs: view.waitsFor.message,
  },
});
