import type { Phase } from '../../../api/canary-status.ts';

/**
 * The places of a canary. Most are a phase. `Progressing` and `Promoting` have several, because their transitions
 * differ: before and after the last gate, before and after the primary was changed, and while the change is undone.
 */
export const placeIds = [
  'new',
  'initializing',
  'initialized',
  'waiting',
  'analysing',
  'waiting-promotion',
  'confirmed',
  'copying',
  'returning',
  'undoing',
  'finalising',
  'succeeded',
  'failed',
  'terminating',
  'terminated',
  'gone',
] as const;
export type PlaceId = (typeof placeIds)[number];

export interface Place {
  /** Undefined: there is no Canary any more. */
  readonly phase: Phase | undefined;
  /** Text that tells this place apart from others of its phase. */
  readonly where?: string;
  /** `resting`: nothing runs until the target changes. `terminal`: nothing ever happens again. */
  readonly kind: 'moving' | 'resting' | 'terminal';
  readonly waitsFor: string;
}

export const places: Readonly<Record<PlaceId, Place>> = {
  new: { phase: '', kind: 'moving', waitsFor: 'its first pass' },
  initializing: { phase: 'Initializing', kind: 'moving', waitsFor: 'the primary to serve' },
  initialized: { phase: 'Initialized', kind: 'resting', waitsFor: 'a change of the target' },
  waiting: { phase: 'Waiting', kind: 'moving', waitsFor: 'the confirm-rollout hooks' },
  analysing: {
    phase: 'Progressing',
    kind: 'moving',
    waitsFor: "the canary's pods, the interval of a step, its checks, a gate before more traffic",
  },
  'waiting-promotion': {
    phase: 'WaitingPromotion',
    kind: 'moving',
    waitsFor: 'the confirm-promotion hooks, while checks go on',
  },
  confirmed: {
    phase: 'Progressing',
    where: 'promotion confirmed',
    kind: 'moving',
    waitsFor: 'one last round of checks with all traffic at the canary (blue/green)',
  },
  copying: {
    phase: 'Promoting',
    where: 'before the copy',
    kind: 'moving',
    waitsFor: 'the primary to be given what was analysed',
  },
  returning: {
    phase: 'Promoting',
    where: 'after the copy',
    kind: 'moving',
    waitsFor: 'the primary to serve it, and the traffic to come back',
  },
  undoing: {
    phase: 'Promoting',
    where: 'being undone',
    kind: 'moving',
    waitsFor: 'the primary to serve what it ran before, and the traffic to be there',
  },
  finalising: { phase: 'Finalising', kind: 'moving', waitsFor: 'the canary to be scaled down' },
  succeeded: { phase: 'Succeeded', kind: 'resting', waitsFor: 'a change of the target' },
  failed: { phase: 'Failed', kind: 'resting', waitsFor: 'a change of the target' },
  terminating: {
    phase: 'Terminating',
    kind: 'moving',
    waitsFor: 'the target to serve in place of the primary',
  },
  terminated: { phase: 'Terminated', kind: 'terminal', waitsFor: 'nothing; no controller writes this phase' },
  gone: { phase: undefined, kind: 'terminal', waitsFor: 'nothing' },
};
