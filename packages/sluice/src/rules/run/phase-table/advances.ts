import { judged, revocable } from './groups.ts';
import type { Transition } from './transition.ts';

/** Transitions that a canary makes by itself, or on answers it asked for. */
export const advances: readonly Transition[] = [
  { from: ['new'], on: 'accepted', to: 'initializing', does: 'status is written for the first time' },
  {
    from: ['initializing'],
    on: 'primary ready',
    to: 'initialized',
    does: 'services and routes lead to the primary, the target is at zero; the revision of the primary counts as promoted',
  },
  {
    from: ['waiting'],
    on: 'rollout confirmed',
    when: 'the primary serves, or the target is at zero',
    to: 'analysing',
    does: 'the target is scaled up, counters begin at zero',
  },
  {
    from: ['waiting'],
    on: 'rollout confirmed',
    when: 'the target failed its analysis and runs only because the primary does not serve',
    to: 'analysing',
    does: 'the same; the gate is called as usual',
  },
  {
    from: ['analysing', 'waiting-promotion'],
    on: 'round passed',
    to: 'same',
    does: 'in `Progressing` the next weight or iteration, behind `confirm-traffic-increase`; in `WaitingPromotion` nothing moves',
  },
  {
    from: judged,
    on: 'check failed',
    to: 'same',
    does: '`failedChecks` grows by one, the step is checked again an interval later',
  },
  {
    from: judged,
    on: 'threshold reached',
    to: 'failed',
    does: 'traffic goes to the primary, then the target to zero; while the primary does not serve, the canary keeps its traffic',
  },
  { from: revocable, on: 'rollback asked', to: 'failed', does: 'as at the threshold, at once' },
  {
    from: ['returning', 'finalising'],
    on: 'rollback asked',
    when: 'the previous version of the primary was kept',
    to: 'undoing',
    does: 'the primary gets its previous template, configuration and ports back; traffic goes to the primary once it serves',
  },
  {
    from: ['returning'],
    on: 'rollback asked',
    when: 'it was not kept (a run adopted in this place), and the primary does not serve the new revision; once it does, the hook is no longer called',
    to: 'failed',
    does: 'the canary gets all traffic and keeps running',
  },
  {
    from: ['undoing'],
    on: 'put back',
    to: 'failed',
    does: 'the primary serves its previous version with all traffic; then the target goes to zero',
  },
  {
    from: ['analysing'],
    on: 'promotion refused',
    to: 'waiting-promotion',
    does: 'traffic stays, checks go on, the gate is polled',
  },
  {
    from: ['analysing', 'waiting-promotion'],
    on: 'promotion confirmed',
    when: 'canary and A/B, and blue/green on a router that cannot split',
    to: 'copying',
    does: 'promotion is decided',
  },
  {
    from: ['analysing', 'waiting-promotion'],
    on: 'promotion confirmed',
    when: 'blue/green on a router that can',
    to: 'confirmed',
    does: 'all traffic goes to the canary, which is checked once more; the gate is not called again',
  },
  { from: ['confirmed'], on: 'round passed', to: 'copying', does: 'promotion is decided' },
  {
    from: judged,
    on: 'analysis skipped',
    when: '`spec.skipAnalysis`, and the canary is ready',
    to: 'copying',
    does: 'no hook is called, no metric is checked',
  },
  {
    from: ['copying'],
    on: 'copied',
    to: 'returning',
    does: 'the current version of the primary is kept, then the analysed revision is copied from the target',
  },
  {
    from: ['returning'],
    on: 'traffic back',
    to: 'finalising',
    does: 'once the primary serves the new revision: at once, or by `stepWeightPromotion`',
  },
  {
    from: ['finalising'],
    on: 'canary at zero',
    to: 'succeeded',
    does: 'the revision counts as promoted, `post-rollout` hooks are due',
  },
  {
    from: ['terminating'],
    on: 'reverted',
    to: 'gone',
    does: 'the target has the size of the primary and serves; the apex service and the routes lead to it and stay; `post-rollout` hooks of the last run were called (or a minute is over); the finalizer is removed',
  },
];
