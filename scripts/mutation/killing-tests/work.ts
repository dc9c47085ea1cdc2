import type { KillingTests } from '../killing-test.ts';

/** A canary is worked on once at a time, without work at rest, and stops in order. */
export const workTests: KillingTests = {
  'never-two-workers-on-one-key': [
    'packages/lib/src/queue/work-queue.test.ts',
    'runs a key once more when it was added while it ran',
  ],
  'what-happens-meanwhile-runs-once-more': [
    'packages/lib/src/queue/work-queue.test.ts',
    'runs a key once more when it was added while it ran',
  ],
  'a-failure-is-tried-again': [
    'packages/lib/src/queue/work-queue.test.ts',
    'backs off from a key that fails, further each time and up to a limit, and starts anew when it succeeds',
  ],
  'back-off-grows': [
    'packages/lib/src/queue/work-queue.test.ts',
    'backs off from a key that fails, further each time and up to a limit, and starts anew when it succeeds',
  ],
  'back-off-is-capped': [
    'packages/lib/src/queue/work-queue.test.ts',
    'backs off from a key that fails, further each time and up to a limit, and starts anew when it succeeds',
  ],
  'concurrency-is-bounded': [
    'packages/lib/src/queue/work-queue.test.ts',
    'folds what comes while a key waits into one run',
  ],
  'a-stopped-queue-takes-nothing-new': [
    'packages/lib/src/queue/work-queue.test.ts',
    'stops: aborts what runs, waits for it, and starts nothing more',
  ],
  'stop-waits-for-what-runs': [
    'packages/lib/src/queue/work-queue.test.ts',
    'stops: aborts what runs, waits for it',
  ],
  'a-key-that-was-forgotten-runs-not-twice': [
    'packages/lib/src/queue/work-queue.test.ts',
    'never has two workers on a key, also when it was forgotten while it ran and came back',
  ],
  'timers-of-the-forgotten-are-cancelled': [
    'packages/lib/src/queue/work-queue.test.ts',
    'drops the timers of a key that is forgotten',
  ],
  'stop-cancels-open-questions': ['quiet', 'breaks off the questions that are open'],
  'no-pass-before-the-caches-are-in': [
    'deletion',
    'is said on the canary, which starts by itself once it is installed',
  ],
  'a-repeated-object-is-no-news': ['scalers', 'costs no pass when it writes what its metrics say'],
  'what-a-scaler-writes-of-its-metrics-is-no-news': [
    'scalers',
    'costs no pass when it writes what its metrics say',
  ],
  'watches-end-with-their-last-canary': ['quiet', 'has watches that end with it'],
  'events-are-bounded': [
    'packages/sluice/src/controller/event-recorder.test.ts',
    'are bounded while the API server is slow',
  ],
  'what-is-overdue-is-ended': [
    'packages/sluice/src/controller/event-recorder.test.ts',
    'that get no answer are let go after ten seconds',
  ],
};
