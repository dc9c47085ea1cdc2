import type { Guard } from '../guard.ts';

/** A rollback hook or an abort ends a run for as long as there is something to go back to. */
export const abortsGuards: readonly Guard[] = [
  {
    name: 'rollback-hooks-are-asked-beside-everything',
    file: 'src/rollout/steps/index.ts',
    text: '  restartOnNewRevision,\n  askRollback,\n',
    without: '  restartOnNewRevision,\n',
    held: ['rollback', 'by a rollback hook while a slow rollout hook is being asked'],
  },
  {
    name: 'no-answer-is-no-rollback',
    file: 'src/rollout/steps/ask-rollback.ts',
    text: "if (consulted.answer.outcome === 'passed') {",
    without: "if (consulted.answer.outcome !== 'denied') {",
    held: ['rollback', 'not by a rollback hook that does not answer: the step is taken once its time is up'],
  },
  {
    name: 'no-rollback-once-the-primary-serves',
    file: 'src/rollout/steps/ask-rollback.ts',
    text: "if (way === undefined || way === 'none') return 'continue';",
    without: "if (way === undefined) return 'continue';",
    held: ['way-back', 'once the primary serves the new revision, is heard no more'],
  },
  {
    name: 'an-updated-primary-is-nothing-to-go-back-to',
    file: 'src/rollout/run/way-back.ts',
    text: "return isPrimaryReady(context) ? 'none' : 'hold';",
    without: "return isPrimaryReady(context) ? 'none' : 'rollback';",
    held: [
      'abort',
      'of a primary that was updated and does not serve holds all traffic at the canary, and says so',
    ],
  },
  {
    name: 'an-untouched-primary-can-be-gone-back-to',
    file: 'src/rollout/run/way-back.ts',
    text: "if (world.primary === undefined || primaryRevision(world.primary) !== run.revision) return 'rollback';",
    without: '',
    held: ['abort', 'rolls back a promotion that was decided and has not touched the primary'],
  },
  {
    name: 'abort-is-obeyed-once',
    file: 'src/rollout/steps/obey-abort.ts',
    text: "draft.status.abort?.request === request.request ? 'continue' : obey(context, request);",
    without: "draft.status.abort === undefined && world.now < 0 ? 'continue' : obey(context, request);",
    held: ['abort', 'rolls back within a second, says why in status and event, and tells how the run ended'],
  },
  {
    name: 'abort-names-its-run',
    file: 'src/rollout/steps/obey-abort.ts',
    text: 'if (request.run !== undefined && request.run !== run.id)',
    without: "if (request.run === '')",
    held: ['abort', 'that names a run ends that one and no other'],
  },
  {
    name: 'abort-is-forgotten-with-its-annotation',
    file: 'src/rollout/steps/obey-abort.ts',
    text: '      const { abort: _, ...rest } = draft.status;\n      draft.status = rest;\n',
    without: '',
    held: ['abort', 'is forgotten once the annotation is taken away, so that the same words count again'],
  },
  {
    name: 'abort-ends-a-run-whose-first-gate-is-open',
    file: 'src/rollout/steps/obey-abort.ts',
    text: "const way = isAboutToBegin(context) ? 'rollback' : wayBack(context);",
    without: 'const way = wayBack(context);',
    held: ['abort', 'ends a run whose first gate has not answered yet'],
  },
  {
    name: 'abort-comes-too-late-for-what-serves',
    file: 'src/rollout/steps/obey-abort.ts',
    text: "if (way === 'none') {",
    without: "if (way === 'none' && request.request === '') {",
    held: ['abort', 'comes too late when the primary serves the new revision: it says how to go back'],
  },
  {
    name: 'abort-comes-before-the-suspension',
    file: 'src/rollout/steps/index.ts',
    text: '  obeyAbort,\n  stopIfSuspended,\n',
    without: '  stopIfSuspended,\n  obeyAbort,\n',
    held: ['abort', 'ends a run that is suspended: it is a later word than the suspension'],
  },
];
