import type { Scenario } from '../../support/scenario/scenario.ts';
import type { World } from '../worlds.ts';

/** Something that happens to a rollout from outside; its text is what a counterexample shows. */
export interface Deed {
  readonly text: string;
  toString(): string;
  act(scenario: Scenario, world: World): void | Promise<void>;
}

export const deed = (text: string, act: Deed['act']): Deed => ({ text, act, toString: () => text });
