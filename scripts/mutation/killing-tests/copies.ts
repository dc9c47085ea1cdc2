import type { KillingTests } from '../killing-test.ts';

/** The last healthy copy keeps running. */
export const copiesTests: KillingTests = {
  'scale-down-needs-a-primary': ['last-look', 'keeps running after its run failed'],
  'scale-down-after-traffic': [
    'guards',
    'keep a canary that was rolled back running until the traffic has moved',
  ],
  'endpoints-are-read-before-the-target-stops': ['last-look', 'keeps them while the primary does not serve'],
  'routes-are-read-before-the-target-stops': [
    'last-look',
    'keeps them until the traffic that somebody sent there is back at the primary',
  ],
  'first-scale-down-waits-for-the-primary': [
    'guards',
    'by a rollback whose primary is down: the canary keeps what it serves, and its pods',
  ],
  'a-canary-with-traffic-keeps-its-pods': [
    'rollback',
    'leaves all traffic at the canary, which is the healthy copy',
  ],
  'apex-moves-with-a-ready-primary': ['readiness', 'leads to the target until the primary serves'],
  'primary-is-woken': ['guards', 'to a primary at zero, which is woken first'],
  'primary-at-zero-at-rest-is-a-wish': ['readiness', 'at rest stays there without a word'],
  'unsafe-primary-gets-no-fallback': [
    'rollback',
    'is no outage when the next revision comes: traffic stays where it is served',
  ],
  'primary-that-serves-is-a-safe-place': ['way-back', 'that failed leaves the next revision no share'],
  'primary-is-rebuilt-from-trusted-revisions': [
    'guards',
    'in a run leaves the traffic at the canary, which is judged and becomes the primary',
  ],
  'a-run-goes-on-without-its-primary': ['guards', 'is not built from what failed: a person is asked'],
  'stale-pods-are-gone-before-the-next-start': [
    'config-copies',
    'are started when the last of the old ones takes no more requests',
  ],
  'pods-stay-stale-until-they-are-gone': ['config-copies', 'are stopped for a newer revision, too'],
  'what-pods-read-outside-a-run-is-not-known': [
    'config-copies',
    'are those of a run that follows a promotion at once',
  ],
};
