import type { Guard } from '../guard.ts';

/** One canary never twice at once, silence at rest, an end in order. */
export const workGuards: readonly Guard[] = [
  {
    name: 'never-two-workers-on-one-key',
    file: 'src/lib/work-queue.ts',
    text: '    if (state.running) return;\n    ready.push(key);',
    without: '    ready.push(key);',
    held: ['src/lib/work-queue.test.ts', 'runs a key once more when it was added while it ran'],
  },
  {
    name: 'what-happens-meanwhile-runs-once-more',
    file: 'src/lib/work-queue.ts',
    text: '    if (state.dirty) ready.push(key);\n    else if (result.again) add(key);',
    without: '    if (result.again) add(key);',
    held: ['src/lib/work-queue.test.ts', 'runs a key once more when it was added while it ran'],
  },
  {
    name: 'a-failure-is-tried-again',
    file: 'src/lib/work-queue.ts',
    text: 'schedule(key, state, earliest(result.wakeAt, backoff));',
    without: 'schedule(key, state, result.wakeAt);',
    held: [
      'src/lib/work-queue.test.ts',
      'backs off from a key that fails, further each time and up to a limit, and starts anew when it succeeds',
    ],
  },
  {
    name: 'back-off-grows',
    file: 'src/lib/work-queue.ts',
    text: 'first * 2 ** (failures - 1)',
    without: 'first * failures ** 0',
    held: [
      'src/lib/work-queue.test.ts',
      'backs off from a key that fails, further each time and up to a limit, and starts anew when it succeeds',
    ],
  },
  {
    name: 'back-off-is-capped',
    file: 'src/lib/work-queue.ts',
    text: 'Math.min(longest, first * 2 ** (failures - 1))',
    without: 'Math.max(first, first * 2 ** (failures - 1))',
    held: [
      'src/lib/work-queue.test.ts',
      'backs off from a key that fails, further each time and up to a limit, and starts anew when it succeeds',
    ],
  },
  {
    name: 'concurrency-is-bounded',
    file: 'src/lib/work-queue.ts',
    text: 'while (running.size < concurrency && !controller.signal.aborted) {',
    without: 'while (!controller.signal.aborted) {',
    held: ['src/lib/work-queue.test.ts', 'folds what comes while a key waits into one run'],
  },
  {
    name: 'a-stopped-queue-takes-nothing-new',
    file: 'src/lib/work-queue.ts',
    text: '    if (controller.signal.aborted) return;\n    const state',
    without: '    const state',
    held: ['src/lib/work-queue.test.ts', 'stops: aborts what runs, waits for it, and starts nothing more'],
    twin: {
      why: 'what would be taken is not worked on either',
      edits: [
        {
          file: 'src/lib/work-queue.ts',
          text: 'while (running.size < concurrency && !controller.signal.aborted) {',
          without: 'while (running.size < concurrency) {',
        },
      ],
    },
  },
  {
    name: 'stop-waits-for-what-runs',
    file: 'src/lib/work-queue.ts',
    text: '      await Promise.all(running);\n',
    without: '',
    held: ['src/lib/work-queue.test.ts', 'stops: aborts what runs, waits for it'],
  },
  {
    name: 'a-key-that-was-forgotten-runs-not-twice',
    file: 'src/lib/work-queue.ts',
    text: 'if (state.running) state.forgotten = true;\n      else if (!state.dirty) states.delete(key);',
    without: 'if (!state.dirty) states.delete(key);',
    held: [
      'src/lib/work-queue.test.ts',
      'never has two workers on a key, also when it was forgotten while it ran and came back',
    ],
  },
  {
    name: 'timers-of-the-forgotten-are-cancelled',
    file: 'src/lib/work-queue.ts',
    text: '      state?.cancelTimer?.();\n',
    without: '',
    held: ['src/lib/work-queue.test.ts', 'drops the timers of a key that is forgotten'],
  },
  {
    name: 'stop-cancels-open-questions',
    file: 'src/controller/controller.ts',
    text: '        inquiries.forget(key);\n        configs.forget(key);\n      }',
    without: '        configs.forget(key);\n      }',
    held: ['quiet', 'breaks off the questions that are open'],
  },
  {
    name: 'no-pass-before-the-caches-are-in',
    file: 'src/controller/controller.ts',
    text: 'if (canary !== undefined && !watches.ensure(key, canary, () => wake(key)))',
    without:
      "if (canary !== undefined && !watches.ensure(key, canary, () => wake(key)) && canary.kind === '')",
    held: ['deletion', 'is said on the canary, which starts by itself once it is installed'],
  },
  {
    name: 'a-repeated-object-is-no-news',
    file: 'src/controller/controller.ts',
    text: 'return !sameJson(read(event.previous), read(event.object));',
    without: 'return read(event.object) !== undefined;',
    held: ['scalers', 'costs no pass when it writes what its metrics say'],
  },
  {
    name: 'what-a-scaler-writes-of-its-metrics-is-no-news',
    file: 'src/controller/controller.ts',
    text: 'const read = isScaler(resource) ? withoutStatus : withoutVersion;',
    without: 'const read = isScaler(resource) ? withoutVersion : withoutVersion;',
    held: ['scalers', 'costs no pass when it writes what its metrics say'],
  },
  {
    name: 'only-readers-are-woken',
    file: 'src/controller/who-reads.ts',
    text: '  return [`name ${namespace}/${subject}`];\n',
    without: '  return subject === undefined ? [] : [`namespace ${namespace}`];\n',
    held: ['quiet', 'is not looked at for what it does not read'],
  },
  {
    name: 'watches-end-with-their-last-canary',
    file: 'src/controller/watches.ts',
    text: '      for (const watch of held.get(key)?.values() ?? []) watch.stop();\n',
    without: '',
    held: ['quiet', 'has watches that end with it'],
  },
  {
    name: 'events-are-bounded',
    file: 'src/controller/event-recorder.ts',
    text: '      if (queue.length > queueLimit) queue.shift();\n',
    without: '',
    held: ['src/controller/event-recorder.test.ts', 'are bounded while the API server is slow'],
  },
  {
    name: 'events-have-a-deadline',
    file: 'src/controller/event-recorder.ts',
    text: 'const cancel = deps.clock.setTimer(deadlineMs, abort);',
    without: 'const cancel = deps.clock.setTimer(deadlineMs, () => undefined);',
    held: ['src/controller/event-recorder.test.ts', 'that get no answer are let go after ten seconds'],
  },
];
