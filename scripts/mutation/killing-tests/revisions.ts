import type { KillingTests } from '../killing-test.ts';

/** A run belongs to one revision. */
export const revisionsTests: KillingTests = {
  'new-revision-restarts': ['revisions', 'asks confirm-rollout again'],
  'promotion-in-vain-restarts': ['revisions', 'before the copy: is not promoted unseen, the run starts over'],
  'a-primary-that-was-touched-is-not-left': [
    'revisions',
    'after the copy: the promotion ends, without traffic to what nobody judged, and the next run begins',
  ],
  'put-back-ends-the-run': ['revisions', 'that is the promoted one ends the run without promoting anything'],
  'promoted-counts-only-where-the-primary-runs-it': ['clean-slate', 'is judged even if it was promoted once'],
  'old-answers-are-of-another-run': ['gates', 'runs again for another revision'],
  'late-answers-are-of-another-run': ['announcements', 'that is taken late is no answer'],
  'a-run-asks-its-first-gate': ['revisions', 'asks confirm-rollout again'],
  'what-the-primary-runs-is-not-run-again': [
    'no-op-promotion',
    'restarts no pod and asks nobody: it counts as promoted at once',
  ],
  'a-primary-that-does-not-serve-is-not-trusted': [
    'no-op-promotion',
    'is no reason to trust a primary that does not serve: the run is made',
  ],
  'a-failed-revision-is-not-retried': ['rollback', 'and not retried until the target changes'],
  'at-rest-promoted-counts-only-where-the-primary-runs-it': [
    'rollback',
    'is cured by the last promoted revision, too',
  ],
  'questions-belong-to-a-run': ['clean-slate', 'cancels what was asked about the one before'],
  'run-ids-differ-by-rest': ['clean-slate', 'is another run: what its hooks hear has other ids'],
  'an-unchanged-generation-is-no-new-revision': ['quiet', 'starts no run for a target that has not changed'],
  'a-silent-watch-is-noticed': [
    'packages/kube/src/cache/informer-outages.test.ts',
    'notices a connection that went silent',
  ],
};
