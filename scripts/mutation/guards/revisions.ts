import type { Guard } from '../guard.ts';

/** A run belongs to one revision. */
export const revisionsGuards: readonly Guard[] = [
  {
    name: 'new-revision-restarts',
    file: 'src/rollout/steps/restart-on-new-revision.ts',
    text: 'world.revision === run.revision)',
    without: 'world.revision !== undefined)',
    held: ['revisions', 'asks confirm-rollout again'],
  },
  {
    name: 'promotion-in-vain-restarts',
    file: 'src/rollout/steps/restart-on-new-revision.ts',
    text: 'if (!isUndecided(draft.status.phase) && !isPromotingInVain(context))',
    without: 'if (!isUndecided(draft.status.phase))',
    held: ['revisions', 'before the copy: is not promoted unseen, the run starts over'],
  },
  {
    name: 'a-primary-that-was-touched-is-not-left',
    file: 'src/rollout/steps/restart-on-new-revision.ts',
    text: 'return world.primary === undefined || primaryRevision(world.primary) !== draft.status.run?.revision;',
    without: 'return true;',
    held: [
      'revisions',
      'after the copy: the promotion ends, without traffic to what nobody judged, and the next run begins',
    ],
  },
  {
    name: 'put-back-ends-the-run',
    file: 'src/rollout/steps/restart-on-new-revision.ts',
    text: 'if (world.revision === lastPromotedSpec && runsPromoted(world, lastPromotedSpec))',
    without: 'if (world.revision === undefined && runsPromoted(world, lastPromotedSpec))',
    held: ['revisions', 'that is the promoted one ends the run without promoting anything'],
    twin: {
      why: 'what the primary runs already ends the run by itself, where it serves',
      edits: [
        {
          file: 'src/rollout/steps/restart-on-new-revision.ts',
          text: 'if (!runsAlready(context)) return restart(context, world.revision);',
          without: 'if (run !== undefined) return restart(context, world.revision);',
        },
      ],
    },
  },
  {
    name: 'promoted-counts-only-where-the-primary-runs-it',
    file: 'src/rollout/steps/restart-on-new-revision.ts',
    text: 'world.revision === lastPromotedSpec && runsPromoted(world, lastPromotedSpec)',
    without: 'world.revision === lastPromotedSpec',
    held: ['clean-slate', 'is judged even if it was promoted once'],
  },
  {
    name: 'old-answers-are-of-another-run',
    file: 'src/rollout/steps/restart-on-new-revision.ts',
    text: 'draft.status = { ...draft.status, hooks: [], lastAppliedSpec: revision };',
    without: 'draft.status = { ...draft.status, lastAppliedSpec: revision };',
    held: ['gates', 'runs again for another revision'],
  },
  {
    name: 'restart-asks-its-first-gate-again',
    file: 'src/rollout/steps/restart-on-new-revision.ts',
    text: 'const phase = firstPhase(context);',
    without: "const phase = firstPhase(context) === 'Waiting' ? 'Progressing' : firstPhase(context);",
    held: ['revisions', 'asks confirm-rollout again'],
  },
  {
    name: 'what-the-primary-runs-is-not-run-again',
    file: 'src/rollout/steps/detect.ts',
    text: 'if (runsAlready(context)) return skipRun(context);',
    without: '',
    held: ['no-op-promotion', 'restarts no pod and asks nobody: it counts as promoted at once'],
  },
  {
    name: 'a-primary-that-does-not-serve-is-not-trusted',
    file: 'src/rollout/run/runs-already.ts',
    text: 'primaryRevision(primary) === undefined || !isPrimaryReady(context)) return false;',
    without: 'primaryRevision(primary) === undefined) return false;',
    held: ['no-op-promotion', 'is no reason to trust a primary that does not serve: the run is made'],
  },
  {
    name: 'a-failed-revision-is-not-retried',
    file: 'src/rollout/steps/detect.ts',
    text: '|| promoted || world.revision === status.lastAppliedSpec)',
    without: '|| promoted)',
    held: ['rollback', 'and not retried until the target changes'],
  },
  {
    name: 'at-rest-promoted-counts-only-where-the-primary-runs-it',
    file: 'src/rollout/steps/detect.ts',
    text: 'world.revision === status.lastPromotedSpec && runsPromoted(world, status.lastPromotedSpec);',
    without: 'world.revision === status.lastPromotedSpec;',
    held: ['rollback', 'is cured by the last promoted revision, too'],
  },
  {
    name: 'questions-belong-to-a-run',
    file: 'src/rollout/run-steps.ts',
    text: 'inquiry.key.startsWith(`${run}|`)',
    without: 'inquiry.key !== run',
    held: ['clean-slate', 'cancels what was asked about the one before'],
  },
  {
    name: 'run-ids-differ-by-rest',
    file: 'src/rules/revision.ts',
    text: 'hashJson([canaryUid, revision, restingSince])',
    without: 'hashJson([canaryUid, revision])',
    held: ['clean-slate', 'is another run: what its hooks hear has other ids'],
  },
  {
    name: 'an-unchanged-generation-is-no-new-revision',
    file: 'src/rules/revision.ts',
    text: 'return same?.revision ?? fresh;',
    without: 'return same === undefined ? fresh : fresh;',
    held: ['quiet', 'starts no run for a target that has not changed'],
  },
  {
    name: 'a-silent-watch-is-noticed',
    file: 'src/kube/stall-detector.ts',
    text: 'if (silentMs >= stallMs) silent.abort(reason());',
    without: 'if (silentMs >= stallMs) return;',
    held: ['src/kube/informer', 'notices a connection that went silent'],
  },
];
