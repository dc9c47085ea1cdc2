import type { KillingTests } from '../killing-test.ts';

/** A side without ready endpoints gets no traffic. A step is held while its routes match. */
export const routesTests: KillingTests = {
  'no-route-to-nobody': ['last-look', 'gets no traffic by that pass'],
  'no-share-to-a-canary-that-is-down': [
    'guards',
    'when the canary loses its endpoints in a step: all goes to the primary, and the hold begins anew',
  ],
  'no-share-to-a-primary-that-is-down': [
    'guards',
    'when the primary loses its endpoints: all goes to the canary, which is judged so and may heal it',
  ],
  'who-is-not-picked-needs-the-primary': [
    'iterations',
    'sends everybody to the canary when the primary has no endpoints left',
  ],
  'everybody-goes-to-the-side-that-is-left': [
    'iterations',
    'sends everybody to the canary when the primary has no endpoints left',
  ],
  'a-canary-alone-ends-nothing': [
    'guards',
    'by a rollback whose primary is down: the canary keeps what it serves, and its pods',
  ],
  'neither-ready-nothing-moves': [
    'guards',
    'when the side that was left falls, too: nothing moves, and a Warning says so',
  ],
  'first-routes-are-written-whoever-is-ready': ['holds', 'are made whoever is ready'],
  'no-routes-before-the-primary-serves': ['holds', 'are not made before the primary serves'],
  'copies-only-to-what-serves': [
    'mirroring',
    'holds the copies anew when its pods were lost: nobody is sent copies who does not serve',
  ],
  'copies-are-waited-for': [
    'mirroring',
    'holds the copies anew also where the gateway does not say what it follows',
  ],
  'guarded-step-is-not-held': ['holds', 'begins anew when the canary was lost in between'],
  'gateway-must-accept': ['guards', 'hold the run, are named in status, and fail it at the deadline'],
  'hold-begins-anew-after-a-loss': [
    'guards',
    'when the canary loses its endpoints in a step: all goes to the primary, and the hold begins anew',
  ],
  'hold-begins-anew-with-each-step': [
    'mirroring',
    'holds the copies anew also where the gateway does not say',
  ],
  'hold-begins-anew-when-the-primary-comes-back': [
    'holds',
    'begins anew when the canary stood alone in between',
  ],
  'endpoints-must-be-ready': [
    'guards',
    'when the canary loses its endpoints in a step: all goes to the primary, and the hold begins anew',
  ],
  'endpoints-that-end-do-not-serve': [
    'packages/sluice/src/rules/traffic/ready-endpoints.test.ts',
    'one that is being stopped takes no new connections',
  ],
  'readiness-needs-endpoints': ['readiness', 'is not ready: nothing is asked about it'],
  'canary-must-be-ready': ['rollback', 'by a rollback hook while the canary does not start'],
  'canary-has-a-deadline': ['rollback', 'when the canary is not ready within the progress deadline'],
  'kubernetes-own-deadline-counts': ['rollback', 'when Kubernetes itself gives up on the canary'],
  'each-loss-of-the-canary-has-its-own-deadline': ['readiness', 'has the whole progress deadline each time'],
};
