import type { KillingTests } from '../killing-test.ts';

/** Nothing is written before it is known whose it is, and what is no longer wanted goes. */
export const ownershipTests: KillingTests = {
  'what-belongs-to-others-is-not-written': [
    'taken-over',
    'that comes in the middle is not overwritten, and its name is said',
  ],
  'former-objects-serve-until-the-new-ones-do': [
    'no-longer-wanted',
    'of another name go once the new ones lead to the primary, and not before',
  ],
  'what-an-older-canary-has-is-not-reverted': [
    'claims',
    'the same: the younger one is deleted without a change of what the older one serves',
  ],
};
