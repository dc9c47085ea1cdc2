import type { KillingTests } from '../killing-test.ts';

/** Announcements are delivered at least once, in order, within bounds. */
export const deliveriesTests: KillingTests = {
  'end-is-told-after-traffic': ['guards', 'by a rollback whose primary is down'],
  'the-end-of-another-run-does-not-wait': ['way-back', 'is told when the next run begins'],
  'what-was-let-out-stays-out': [
    'announcements',
    'is told once, also when somebody changes the route before its end is recorded',
  ],
  'acknowledged-leaves-the-outbox': [
    'announcements',
    'are told in the order in which they happened, also to a receiver that fails first',
  ],
  'the-end-of-a-run-is-never-dropped': [
    'packages/sluice/src/webhooks/outbox.test.ts',
    'keeps the order, never drops the end of a run, counts each dropped event',
  ],
  'outbox-is-bounded-in-entries': [
    'packages/sluice/src/webhooks/outbox.test.ts',
    'stays within both limits unless ends of runs alone exceed them',
  ],
  'outbox-is-bounded-in-bytes': [
    'packages/sluice/src/webhooks/outbox.test.ts',
    'stays within both limits unless ends of runs alone exceed them',
  ],
  'the-same-announcement-is-once-in-the-outbox': [
    'packages/sluice/src/webhooks/outbox.test.ts',
    'adding what is already there changes nothing: a pass may run twice',
  ],
  'delivered-is-not-told-again': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'what is being sent, or was acknowledged and is still listed',
  ],
  'lanes-are-of-one-hook': ['announcements', 'of one hook does not wait for another one that is down'],
  'one-delivery-at-a-time-in-a-lane': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'what is being sent, or was acknowledged and is still listed, is not sent twice',
  ],
  'a-lane-that-failed-pauses': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'a failed announcement is not overtaken by a later one of its hook',
  ],
  'what-failed-goes-first-again': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'a failed announcement is not overtaken by a later one of its hook',
  ],
  'what-was-withdrawn-is-not-tried-again': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'what left the outbox while it was being sent is not tried again',
  ],
  'what-runs-is-not-queued-once-more': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'what is being sent, or was acknowledged and is still listed, is not sent twice',
  ],
  'announcements-are-given-up-in-the-end': [
    'packages/sluice/src/webhooks/delivery-limits.test.ts',
    'that is never taken ends as a dead letter, and says so',
  ],
  'ends-of-runs-are-tried-longer-than-events': [
    'packages/sluice/src/webhooks/delivery-limits.test.ts',
    'pauses double from 1 s to 5 min',
  ],
  'announcements-have-a-longest-timeout': [
    'announcements',
    'are given up after a longest time, whatever their hook asks for',
  ],
  'announcements-have-most-retries': [
    'announcements',
    'are given up after a longest time, whatever their hook asks for',
  ],
  'groups-are-admitted-in-turns': [
    'packages/lib/src/queue/shared-places.test.ts',
    'go to the groups in turns, first come, first served within one',
  ],
  'a-group-has-a-share': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'of one namespace take a quarter of all places',
  ],
  'a-member-has-a-share': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'of one canary take two places',
  ],
  'a-pause-gives-the-place-back': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'give their place back while they pause before a retry',
  ],
  'places-are-bounded': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'no more are sent at once than allowed, and canaries take turns',
  ],
  'what-stops-takes-nothing-new': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'stopping aborts at its deadline; what failed stays for the next leader',
  ],
  'stop-has-a-deadline': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'stopping aborts at its deadline; what failed stays for the next leader',
  ],
  'what-is-left-is-for-the-next-leader': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'stopping aborts at its deadline; what failed stays for the next leader',
  ],
  'a-forgotten-canary-is-told-no-more': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'a deleted canary: its requests are aborted, nothing is acknowledged, no timer stays',
  ],
  'an-answer-after-forgetting-is-of-nobody': [
    'packages/sluice/src/webhooks/delivery-worker.test.ts',
    'an answer that comes after the canary was deleted is not taken for one of its successor',
  ],
};
