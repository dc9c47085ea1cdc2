import type { KillingTests } from '../killing-test.ts';

/** Only an analysed revision is promoted. Success means that the primary serves it. */
export const promotionTests: KillingTests = {
  'only-what-was-analysed-is-copied': ['config-reads', 'at its promotion holds it back'],
  'primary-serves-before-traffic': [
    'rollback',
    'leaves all traffic at the canary, which is the healthy copy',
  ],
  'primary-is-large-enough-before-traffic': ['way-back', 'gives the primary all traffic when it has grown'],
  'an-order-that-fails-puts-off-no-brake': [
    'brakes-copying',
    'asks its rollback hook at the pace of the hook, not of the back-off',
  ],
  'copy-has-a-deadline': ['exits', 'is rolled back at the deadline when the primary may not be written'],
  'primary-has-a-deadline': ['rollback', 'leaves all traffic at the canary, which is the healthy copy'],
  'kubernetes-own-deadline-counts-for-the-primary': [
    'way-back',
    'ends when Kubernetes itself gives up on the primary',
  ],
  'unjudged-canary-loses-its-traffic': [
    'revisions',
    'after the copy: the promotion ends, without traffic to what nobody judged, and the next run begins',
  ],
  'traffic-comes-back-in-steps': ['way-back', 'stays at each step for an interval'],
  'steps-back-are-followed-before-the-next': ['way-back', 'goes no further while no gateway follows'],
  'steps-back-have-a-deadline': ['way-back', 'goes no further while no gateway follows'],
  'unjudged-canary-keeps-no-traffic': [
    'abort',
    'gives no traffic to a revision that came during promotion and that nobody has judged',
  ],
  'a-failed-promotion-leaves-traffic-at-the-canary': [
    'abort',
    'of a primary that cannot be put back and does not serve holds all traffic at the canary, and says so',
  ],
  'success-after-traffic': ['way-back', 'is no success before its routes are followed'],
  'success-after-scale-down': ['way-back', 'is not told while the canary still runs'],
  'success-records-the-revision': ['way-back', 'is remembered: a primary that is deleted later'],
  'routes-have-a-deadline': [
    'exits',
    'fails at the deadline when the gateway does not bring the traffic back, and keeps the canary until it does',
  ],
  'withdrawn-configuration-goes-back': [
    'config-reads',
    'between copy and primary, and then it is taken back',
  ],
  'copies-before-the-primary': ['config-copies', 'is looked at once more'],
};
