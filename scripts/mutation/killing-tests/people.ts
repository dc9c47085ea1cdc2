import type { KillingTests } from '../killing-test.ts';

/** People decide: who, once, and about which run. */
export const peopleTests: KillingTests = {
  'an-approval-calls-nobody': [
    'approvals',
    'of confirm-promotion waits for a person, and promotes within a second of the answer',
  ],
  'an-approval-is-of-one-run-and-step': [
    'approvals',
    'of confirm-traffic-increase is needed for each step anew',
  ],
  'an-approval-is-given-by-people': [
    'approvals',
    'of confirm-rollout keeps the canary down until it is given',
  ],
  'an-approval-is-used-once': ['approvals', 'of confirm-traffic-increase is needed for each step anew'],
  'approvals-belong-to-a-run': ['approvals', 'of a run that a newer revision replaced is worth nothing'],
  'an-approval-has-a-deadline': ['approvals', 'is the same after a restart'],
  'a-reminder-is-sent-once-in-its-time': ['approvals', 'is reminded of'],
  'a-quorum-approves': ['approvals', 'needs as many users as its quorum says, each counted once'],
  'a-user-counts-once': ['approvals', 'needs as many users as its quorum says, each counted once'],
  'only-approvers-approve': ['approvals', 'is decided by what the approval says'],
  'a-claimed-name-is-no-approver': [
    'approvals',
    'a claimed name is no approver, unless the approval allows it',
  ],
  'a-requester-does-not-approve': ['approvals', 'the requester may not, where the approval says so'],
  'a-decision-is-taken-once': [
    'decisions',
    'is taken once: neither time nor a restart nor another change repeats it',
  ],
  'a-decision-names-its-run': ['decisions', 'is refused, recorded and announced; the run goes on'],
  'a-pause-ends-at-its-time': ['decisions', 'ends at its time'],
  'a-paused-run-takes-no-step': ['decisions', 'keeps the weight until it is resumed'],
  'no-run-starts-while-paused': ['decisions', 'at rest lets no run start'],
  'a-newer-revision-starts-in-no-freeze': [
    'starts',
    'holds a newer revision that comes in mid-run, with the traffic at the primary',
  ],
  'a-promotion-of-people-has-a-reason': ['decisions', 'is refused, recorded and announced; the run goes on'],
  'a-promotion-waits-for-no-approval': [
    'decisions',
    'is not rolled back by the deadline of an approval that nobody needs any more',
  ],
  'a-retry-makes-the-revision-new': ['decisions', 'starts a failed revision again as another run'],
  'only-the-release-that-serves-is-undone': ['decisions', 'is refused once the primary runs something else'],
  'what-is-undone-counts-as-promoted-no-more': ['decisions', 'can be tried again by a retry'],
  'what-failed-stays-failed-when-its-predecessor-is-undone': [
    'decisions',
    'is there after a newer revision failed, which is not tried again',
  ],
  'what-is-undone-after-its-success-is-not-started': ['decisions', 'starts no pod of the undone revision'],
  'no-run-starts-in-a-freeze': ['starts', 'lets no run start, says why and until when, and ends by itself'],
  'an-override-starts-the-run-it-names': ['starts', 'can be overridden for one revision, with a reason'],
  'an-override-names-its-revision': ['starts', 'is not overridden by a decision about another revision'],
  'a-freeze-that-is-being-read-holds': [
    'packages/sluice/src/controller/freezes.test.ts',
    'that is being read holds',
  ],
  'no-more-runs-than-may-be-on-at-once': [
    'starts',
    'the second waits in the queue, and starts at once when the first ends',
  ],
  'a-policy-of-other-rules-verifies-nothing': [
    'packages/sluice/src/controller/decision-policy.test.ts',
    'verifies nothing',
  ],
  'a-policy-that-may-fail-verifies-nothing': [
    'packages/sluice/src/controller/decision-policy.test.ts',
    'verifies nothing',
  ],
  'a-policy-that-only-warns-verifies-nothing': [
    'packages/sluice/src/controller/decision-policy.test.ts',
    'verifies nothing',
  ],
  'a-policy-of-some-namespaces-verifies-nothing': [
    'packages/sluice/src/controller/decision-policy.test.ts',
    'verifies nothing',
  ],
};
