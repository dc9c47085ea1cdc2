import type { KillingTests } from '../killing-test.ts';

/** A deletion releases only own objects, reports the end of the run, and has a deadline. */
export const deletionsTests: KillingTests = {
  'a-deleted-canary-asks-nothing': [
    'deletion',
    'in the middle of a run has its questions cancelled, and asks no more',
  ],
  'deletion-tells-the-end-of-its-run': [
    'deletion',
    'in the middle of a run tells how it ended for a minute, then falls silent',
  ],
  'farewell-is-tried-for-a-minute': [
    'deletion',
    'in the middle of a run tells how it ended for a minute, then falls silent',
  ],
  'farewell-tells-only-of-a-run-that-was-on': ['quiet', 'tells nobody again how its last run ended'],
  'finalizer-stands-for-revert-on-deletion': [
    'revert-on-deletion',
    'has one finalizer, which goes when the field does',
  ],
  'only-our-finalizer-is-removed': ['quiet', 'loses no finalizer but ours'],
  'a-foreign-finalizer-is-left-alone': [
    'deletion',
    "but held by somebody's finalizer is told about: nobody here removes it",
  ],
  'deletion-waits-for-the-target': [
    'revert-on-deletion',
    'that is deleted gives the target its size and the traffic back before the primary goes',
  ],
  'deletion-holds-the-routes-meanwhile': ['revert-on-deletion', 'is guarded until its target has taken over'],
  'deletion-waits-until-the-apex-leads-to-the-target': [
    'revert-on-deletion',
    'leads no route to its service before that one has ready endpoints',
  ],
  'deletion-waits-for-the-gateway': [
    'revert-on-deletion',
    'keeps the primary for as long as requests may still be sent there',
  ],
  'deletion-has-a-deadline': ['revert-let-go', 'is let go at its deadline when the target does not start'],
  'what-serves-is-left-behind-at-the-deadline': [
    'revert-let-go',
    'is let go at its deadline when the target does not start',
  ],
  'unread-canaries-are-let-go-at-their-deadline': [
    'revert-let-go',
    'never waits for ever: not when its routes cannot even be read',
  ],
  'deletion-tells-before-it-lets-go': ['revert-on-deletion', 'tells how its run ended before it goes'],
  'deletion-does-not-wait-for-a-receiver-for-ever': [
    'revert-on-deletion',
    'tells how its run ended before it goes',
  ],
  'deletion-asks-nothing': ['quiet', 'is broken off when its canary is deleted'],
  'an-invalid-canary-asks-nothing': ['quiet', 'is broken off when its canary becomes invalid'],
  'objects-beyond-need-a-finalizer': ['objects-beyond', 'are deleted with the Canary'],
  'objects-beyond-are-deleted-with-the-canary': ['objects-beyond', 'are deleted with the Canary'],
  'patched-objects-are-restored-with-the-canary': [
    'objects-beyond',
    'is restored when the Canary is deleted',
  ],
};
