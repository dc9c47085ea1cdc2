import type { CanaryAnalysis } from '@sluice/sluice/api/canary.ts';
import type { WebhookShorthand } from '../support/scenario/objects.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';
import type { Standing } from './standing.ts';

/** A canary of one strategy; the rest of it is drawn beside. */
export interface Strategy {
  readonly name: string;
  readonly provider?: 'kubernetes';
  readonly analysis: Partial<CanaryAnalysis>;
  readonly skipAnalysis?: true;
}

export interface World extends ScenarioOptions {
  readonly strategy: Strategy;
  readonly hooks: readonly WebhookShorthand[];
  /** Where Flagger left the canary; undefined: there was no Flagger. */
  readonly left?: Left;
}

/** Where Flagger was with a canary when Sluice took its place. */
export interface Left {
  readonly at: Standing;
  /** Whether what kept it there is gone by then. */
  readonly released: boolean;
  /** Whether nothing else happens before the controller has taken the canary over. */
  readonly awaited: boolean;
  /** What its owners change of the Canary right after that. */
  readonly edits: readonly Deed[];
}

/** Something that happens to a rollout from outside; its text is what a counterexample shows. */
export interface Deed {
  readonly text: string;
  toString(): string;
  act(scenario: Scenario, world: World): void | Promise<void>;
}
