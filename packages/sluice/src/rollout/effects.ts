import type { DeliveryAck } from '../webhooks/delivery-worker.ts';
import type { RolloutDeps } from './deps.ts';
import type { CanaryMemory, JudgedRound } from './memory.ts';

/** What follows from a decision in memory and in the table of questions. Data: applied once the decision is recorded. */
export type Effect =
  | { readonly kind: 'warned'; readonly about: string; readonly message: string }
  | { readonly kind: 'warning-cleared'; readonly about: string }
  /** The hold of a step and its rounds begin anew. */
  | { readonly kind: 'timers-forgotten' }
  /** Open questions are cancelled. */
  | { readonly kind: 'questions-cancelled' }
  | { readonly kind: 'round-ended'; readonly round: EndedRound }
  /** What the delivery worker reported stands in the status now. */
  | { readonly kind: 'acknowledged'; readonly acks: readonly DeliveryAck[] };

export interface EndedRound extends JudgedRound {
  /** Scope of the round's questions, which are of no use to the next one. */
  readonly scope: string;
}

export function applyEffects(
  effects: readonly Effect[],
  key: string,
  memory: CanaryMemory,
  { questions, deliveries }: Pick<RolloutDeps, 'questions' | 'deliveries'>,
): void {
  for (const effect of effects)
    switch (effect.kind) {
      case 'warned':
        memory.warned.set(effect.about, effect.message);
        break;
      case 'warning-cleared':
        memory.warned.delete(effect.about);
        break;
      case 'timers-forgotten':
        forgetTimers(memory);
        break;
      case 'questions-cancelled':
        questions.forget(key);
        break;
      case 'acknowledged':
        deliveries.recorded(key, effect.acks);
        break;
      case 'round-ended': {
        const { scope, ...judged } = effect.round;
        memory.analysis = judged;
        // Rounds go on for as long as a gate is closed: what was asked in one must not be kept for ever.
        questions.retain(key, (question) => !question.key.endsWith(`|${scope}`));
      }
    }
}

/** Timers of a step begin anew, as after a restart: whether its decision was recorded is not known. */
export function forgetTimers(memory: CanaryMemory): void {
  memory.hold = undefined;
  memory.analysis = undefined;
}
