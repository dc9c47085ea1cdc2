import type { KillingTests } from '../killing-test.ts';

/** A pass writes status once, with the version it read, and announces only recorded facts. */
export const recordTests: KillingTests = {
  'writes-are-fenced': ['last-look', 'cannot move traffic that its successor has moved since'],
  'status-is-fenced': ['last-look', 'cannot take back what its successor has decided since'],
  'a-draft-is-written-again-only-over-what-it-was-made-from': [
    'last-look',
    'while a decision is on its way to its status',
  ],
  'effects-after-the-record': ['last-look', 'while a decision is on its way to its status'],
  'words-of-waiting-do-not-hurry': [
    'crashes',
    'after any of its writes is replaced by one that ends the run as if nothing had happened',
  ],
  'timers-forgotten-after-a-lost-write': ['crashes', 'does not make a failed check count twice'],
  'a-lost-write-makes-no-rival': [
    'two-controllers',
    'is no second controller, also when it is seen only after another pass',
  ],
  'one-bad-pass-is-tried-again': ['last-look', 'is asked until it takes it'],
  'hooks-that-are-gone-leave-the-outbox': [
    'announcements',
    'of a hook that was taken out of the spec leave the outbox',
  ],
  'status-fits': ['status', 'stays under 64 KiB, whatever many hooks answer'],
  'a-rival-makes-us-yield': ['two-controllers', 'is left alone with it'],
  'a-person-is-no-rival': ['two-controllers', 'is no second controller, however often'],
  'an-unknown-writer-is-tolerated-once': ['two-controllers', 'is named by the books'],
  'each-refusal-is-said-once': ['warnings-once', 'for each of two writes that the API refuses'],
  'a-warning-is-said-once': ['status', 'names what the API server refuses, which is said once'],
  'spec-warnings-once-a-generation': ['invalid', 'is told so once, and works'],
};
