import type { KillingTests } from '../killing-test.ts';

/** A verdict is never lost, never invented, never ambiguous. */
export const questionsTests: KillingTests = {
  'only-2xx-passes': [
    'packages/sluice/src/webhooks/send-hook.test.ts',
    'is no verdict: the message asks for the final URL',
  ],
  'all-2xx-pass': ['packages/sluice/src/webhooks/send-hook.test.ts', 'lets the rollout go on'],
  'a-redirect-is-no-answer': [
    'packages/sluice/src/webhooks/send-hook.test.ts',
    'is no verdict: the message asks for the final URL',
  ],
  'work-ends-with-its-caller': [
    'packages/sluice/src/webhooks/send-hook.test.ts',
    'in mid-request closes the socket and is no verdict',
  ],
  'a-cancelled-answer-is-no-verdict': [
    'packages/sluice/src/webhooks/send-hook.test.ts',
    'in the middle of an answer is cancelled, although the status was 200',
  ],
  'a-cancelled-call-is-no-failure': [
    'packages/sluice/src/webhooks/send-hook.test.ts',
    'in mid-request closes the socket and is no verdict',
  ],
  'what-is-final-is-not-retried': [
    'packages/sluice/src/webhooks/send-hook.test.ts',
    'is an answer: it is not asked again',
  ],
  'retries-are-bounded': [
    'packages/sluice/src/webhooks/send-hook.test.ts',
    'retries is tried exactly that often again',
  ],
  'retry-after-is-capped': [
    'packages/sluice/src/webhooks/send-hook.test.ts',
    'as Retry-After holds the hook for 30 s, no longer',
  ],
  'retry-after-is-heeded': [
    'packages/sluice/src/webhooks/send-hook.test.ts',
    'as Retry-After holds the hook for 30 s, no longer',
  ],
  'a-cancelled-pause-asks-no-more': [
    'packages/sluice/src/webhooks/send-hook.test.ts',
    'while waiting for the next attempt ends at once',
  ],
  'secrets-are-masked': [
    'packages/sluice/src/webhooks/send-hook-hostile.test.ts',
    'stay out of message and log when the receiver echoes them',
  ],
  'answers-are-bounded': [
    'packages/sluice/src/webhooks/send-hook-hostile.test.ts',
    'is read no further than needed',
  ],
  'a-question-in-place-of-another-cancels-it': [
    'packages/sluice/src/rollout/ask/questions.test.ts',
    'cancels the ask that another one replaces, and ignores its answer',
  ],
  'a-late-answer-to-a-cancelled-question-is-not-taken': [
    'packages/sluice/src/rollout/ask/questions.test.ts',
    'cancels the ask that another one replaces, and ignores its answer',
  ],
  'what-is-forgotten-is-cancelled': [
    'packages/sluice/src/rollout/ask/questions.test.ts',
    'cancels and forgets the questions that nobody wants any more, and only those',
  ],
  'an-answer-wakes-the-pass': [
    'packages/sluice/src/rollout/ask/questions.test.ts',
    'holds a question without an answer until it has one, and wakes its owner then',
  ],
  'a-call-that-throws-is-an-answer': [
    'packages/sluice/src/rollout/ask/questions.test.ts',
    'keeps what was thrown as the answer: a question never stays open because its work broke',
  ],
};
