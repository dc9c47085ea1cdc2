import type { Guard } from '../guard.ts';

/** A verdict is never lost, never invented, never ambiguous. */
export const questionsGuards: readonly Guard[] = [
  {
    name: 'only-2xx-passes',
    file: 'src/webhooks/judge-status.ts',
    text: "if (status >= 200 && status < 300) return 'passed';",
    without: "if (status >= 200 && status < 400) return 'passed';",
    held: ['src/webhooks/send-hook.test.ts', 'is no verdict: the message asks for the final URL'],
  },
  {
    name: 'all-2xx-pass',
    file: 'src/webhooks/judge-status.ts',
    text: "if (status >= 200 && status < 300) return 'passed';",
    without: "if (status >= 200 && status < 203) return 'passed';",
    held: ['src/webhooks/send-hook.test.ts', 'lets the rollout go on'],
  },
  {
    name: 'a-redirect-is-no-answer',
    file: 'src/webhooks/judge-status.ts',
    text: "return status >= 300 && status < 400 ? 'failed' : 'denied';",
    without: "return 'denied';",
    held: ['src/webhooks/send-hook.test.ts', 'is no verdict: the message asks for the final URL'],
  },
  {
    name: 'a-hook-has-a-timeout',
    file: 'src/webhooks/attempt-hook.ts',
    text: 'const cancelTimer = deps.clock.setTimer(call.timeoutMs, () => deadline.abort(timeoutOf(call)));',
    without: 'const cancelTimer = deps.clock.setTimer(call.timeoutMs, () => void timeoutOf(call));',
    held: [
      'src/webhooks/send-hook-hostile.test.ts',
      'headers that come byte by byte, and slower than the timeout',
    ],
  },
  {
    name: 'a-cancelled-call-ends-at-once',
    file: 'src/webhooks/attempt-hook.ts',
    text: "signal.addEventListener('abort', onAbort, { once: true });",
    without: '',
    held: ['src/webhooks/send-hook.test.ts', 'in mid-request closes the socket and is no verdict'],
  },
  {
    name: 'a-cancelled-answer-is-no-verdict',
    file: 'src/webhooks/attempt-hook.ts',
    text: 'return signal.aborted ? cancelled : judged;',
    without: 'return judged;',
    held: [
      'src/webhooks/send-hook.test.ts',
      'in the middle of an answer is cancelled, although the status was 200',
    ],
  },
  {
    name: 'a-cancelled-call-is-no-failure',
    file: 'src/webhooks/attempt-hook.ts',
    text: 'return signal.aborted ? cancelled : unanswered(error, call);',
    without: 'return unanswered(error, call);',
    held: ['src/webhooks/send-hook.test.ts', 'in mid-request closes the socket and is no verdict'],
  },
  {
    name: 'what-is-final-is-not-retried',
    file: 'src/webhooks/send-hook.ts',
    text: 'if (!result.retryable || attempt >= attempts)',
    without: 'if (attempt >= attempts)',
    held: ['src/webhooks/send-hook.test.ts', ''],
  },
  {
    name: 'retries-are-bounded',
    file: 'src/webhooks/send-hook.ts',
    text: 'if (!result.retryable || attempt >= attempts)',
    without: 'if (!result.retryable || attempt >= attempts + 3)',
    held: ['src/webhooks/send-hook.test.ts', ''],
  },
  {
    name: 'retry-after-is-capped',
    file: 'src/webhooks/send-hook.ts',
    text: 'return Math.min(RETRY_RANGE.maxMs, Math.max(own, result.retryAfterMs ?? 0));',
    without: 'return Math.max(own, result.retryAfterMs ?? 0);',
    held: ['src/webhooks/send-hook.test.ts', 'as Retry-After holds the hook for 30 s, no longer'],
  },
  {
    name: 'retry-after-is-heeded',
    file: 'src/webhooks/send-hook.ts',
    text: 'return Math.min(RETRY_RANGE.maxMs, Math.max(own, result.retryAfterMs ?? 0));',
    without: 'return Math.min(RETRY_RANGE.maxMs, own);',
    held: ['src/webhooks/send-hook.test.ts', 'as Retry-After holds the hook for 30 s, no longer'],
  },
  {
    name: 'a-cancelled-pause-asks-no-more',
    file: 'src/webhooks/send-hook.ts',
    text: 'if (signal.aborted) {',
    without: 'if (signal.aborted && attempt === attempts) {',
    held: ['src/webhooks/send-hook.test.ts', 'while waiting for the next attempt ends at once'],
    twin: {
      why: 'an attempt that begins cancelled makes no request either',
      edits: [
        {
          file: 'src/webhooks/attempt-hook.ts',
          text: 'if (signal.aborted) return cancelled;\n',
          without: '',
        },
      ],
    },
  },
  {
    name: 'secrets-are-masked',
    file: 'src/webhooks/attempt-hook.ts',
    text: 'const masked = maskSecrets(text, call.url) ||',
    without: 'const masked = text ||',
    held: [
      'src/webhooks/send-hook-hostile.test.ts',
      'stay out of message and log when the receiver echoes them',
    ],
  },
  {
    name: 'answers-are-bounded',
    file: 'src/webhooks/attempt-hook.ts',
    text: 'if (!end.cut) return limitBytes(masked, ANSWER_TEXT_BYTES);',
    without: 'if (!end.cut) return masked;',
    held: ['src/webhooks/send-hook-hostile.test.ts', 'is read no further than needed'],
  },
  {
    name: 'a-question-in-place-of-another-cancels-it',
    file: 'src/rollout/questions/inquiries.ts',
    text: '    replaced?.controller.abort();\n',
    without: '',
    held: [
      'src/rollout/questions/inquiries.test.ts',
      'cancels the ask that another one replaces, and ignores its answer',
    ],
  },
  {
    name: 'a-late-answer-to-a-cancelled-question-is-not-taken',
    file: 'src/rollout/questions/inquiries.ts',
    text: '      if (table.get(key) !== entry) return;\n',
    without: '',
    held: [
      'src/rollout/questions/inquiries.test.ts',
      'cancels the ask that another one replaces, and ignores its answer',
    ],
  },
  {
    name: 'what-is-forgotten-is-cancelled',
    file: 'src/rollout/questions/inquiries.ts',
    text: '      table?.delete(key);\n      entry.controller.abort();\n',
    without: '      table?.delete(key);\n',
    held: [
      'src/rollout/questions/inquiries.test.ts',
      'cancels and forgets the questions that nobody wants any more, and only those',
    ],
  },
  {
    name: 'an-answer-wakes-the-pass',
    file: 'src/rollout/questions/inquiries.ts',
    text: '      deps.wake(owner);\n',
    without: '',
    held: [
      'src/rollout/questions/inquiries.test.ts',
      'holds a question without an answer until it has one, and wakes its owner then',
    ],
  },
  {
    name: 'a-call-that-throws-is-an-answer',
    file: 'src/rollout/questions/inquiries.ts',
    text: 'work(entry.controller.signal).then(settle, settle);',
    without: 'work(entry.controller.signal).then(settle, () => undefined);',
    held: [
      'src/rollout/questions/inquiries.test.ts',
      'keeps what was thrown as the answer: a question never stays open because its work broke',
    ],
  },
];
