/** One guard of the product: the exact text that holds it, and what stands there when it is gone. */
export interface Guard {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly without: string;
  /** Where it should be missed first. */
  readonly tests: readonly string[];
}

const scenarios = ['test/scenarios'];
const step = (name: string): string => `src/rollout/steps/${name}.ts`;

export const guards: readonly Guard[] = [
  {
    name: 'no-route-to-nobody',
    file: 'src/rules/guard-routes.ts',
    text: 'if ((ready.primary || !needsPrimary) && (ready.canary || !needsCanary)) return { routes: plan };',
    without: 'if (ready.primary || ready.canary || needsCanary || needsPrimary) return { routes: plan };',
    tests: scenarios,
  },
  {
    name: 'neither-ready-nothing-moves',
    file: step('hold-routes'),
    text: "guarded.routes === 'leave' && world.route === undefined ? plan : guarded.routes",
    without: "guarded.routes === 'leave' ? plan : guarded.routes",
    tests: scenarios,
  },
  {
    name: 'guard-reads-again',
    file: step('hold-routes'),
    text: 'guardRoutes(plan, readReadySides(deps, world.namespace, world.names))',
    without: 'guardRoutes(plan, world.ready)',
    tests: scenarios,
  },
  {
    name: 'copies-only-to-what-serves',
    file: step('hold-routes'),
    text: '&& readReadySides(deps, world.namespace, world.names).canary;',
    without: '&& world.names.target.length > 0 && deps !== undefined;',
    tests: scenarios,
  },
  {
    name: 'scale-down-needs-a-primary',
    file: step('size-target'),
    text: 'if (!readReadySides(deps, world.namespace, world.names).primary) {',
    without: 'if (deps === undefined) {',
    tests: scenarios,
  },
  {
    name: 'scale-down-after-traffic',
    file: step('size-target'),
    text: 'if (memory.hold?.alone === false) return undefined;',
    without: 'if (memory !== undefined) return undefined;',
    tests: scenarios,
  },
  {
    name: 'only-what-was-analysed-is-copied',
    file: step('continue-promotion'),
    text: 'revision !== world.revision\n',
    without: 'world === undefined\n',
    tests: scenarios,
  },
  {
    name: 'primary-serves-before-traffic',
    file: step('continue-promotion'),
    text: 'return readiness.ready && grown === undefined',
    without: 'return grown === undefined',
    tests: scenarios,
  },
  {
    name: 'copy-has-a-deadline',
    file: step('continue-promotion'),
    text: 'return giveUpCopy(context) ?? copyToPrimary(context);',
    without: 'return copyToPrimary(context);',
    tests: scenarios,
  },
  {
    name: 'primary-has-a-deadline',
    file: step('continue-promotion'),
    text: 'if (stuck || world.now >= deadline)',
    without: 'if (stuck)',
    tests: scenarios,
  },
  {
    name: 'success-after-traffic',
    file: step('finish'),
    text: 'if (memory.hold === undefined || memory.hold.alone)',
    without: 'if (memory === undefined)',
    tests: scenarios,
  },
  {
    name: 'success-after-scale-down',
    file: step('finish'),
    text: 'world.workload.replicas(world.target) > 0) {',
    without: 'world.workload.replicas(world.target) > 1000) {',
    tests: scenarios,
  },
  {
    name: 'new-revision-restarts',
    file: step('restart-on-new-revision'),
    text: 'world.revision === run.revision)',
    without: 'world.revision !== undefined)',
    tests: scenarios,
  },
  {
    name: 'promotion-in-vain-restarts',
    file: step('restart-on-new-revision'),
    text: 'if (!isUndecided(draft.status.phase) && !isPromotingInVain(context))',
    without: 'if (!isUndecided(draft.status.phase))',
    tests: scenarios,
  },
  {
    name: 'counters-reset',
    file: 'src/rollout/run/run-ends.ts',
    text: '    iterations: 0,\n    failedChecks: 0,\n  };\n  draft.onRecorded',
    without: '  };\n  draft.onRecorded',
    tests: scenarios,
  },
  {
    name: 'threshold',
    file: 'src/rollout/run/run-ends.ts',
    text: 'if (failedChecks < threshold)',
    without: 'if (failedChecks < threshold + 2)',
    tests: scenarios,
  },
  {
    name: 'unsafe-primary-gets-no-fallback',
    file: 'src/rollout/run/fallback-weight.ts',
    text: 'return isPrimarySafe(context) ? 0 : context.draft.status.canaryWeight;',
    without: 'return isPrimarySafe(context) ? 0 : 0;',
    tests: scenarios,
  },
  {
    name: 'pre-rollout-gates',
    file: step('ask-pre-rollout'),
    text: "if (answer.outcome !== 'passed')",
    without: "if (answer.outcome === 'denied')",
    tests: scenarios,
  },
  {
    name: 'rollout-hooks-judge',
    file: step('run-checks'),
    text: "if (consulted.answer.outcome !== 'passed') {",
    without: "if (consulted.answer.outcome === 'denied') {",
    tests: scenarios,
  },
  {
    name: 'step-is-held',
    file: step('run-checks'),
    text: 'last?.nextRoundAt ?? memory.hold.since + world.intervalMs',
    without: 'last?.nextRoundAt ?? memory.hold.since',
    tests: scenarios,
  },
  {
    name: 'every-gate-of-a-type',
    file: 'src/rollout/questions/ask-gate.ts',
    text: "if (consulted.answer.outcome !== 'passed') {",
    without: "if (consulted.answer.outcome !== 'passed' && hook === hooks[0]) {",
    tests: scenarios,
  },
  {
    name: 'canary-must-be-ready',
    file: step('wait-canary-ready'),
    text: 'if (readiness.ready) {',
    without: "if (readiness.ready || readiness.message !== '') {",
    tests: scenarios,
  },
  {
    name: 'canary-has-a-deadline',
    file: step('wait-canary-ready'),
    text: 'if (stuck || world.now >= deadline) {',
    without: 'if (stuck) {',
    tests: scenarios,
  },
  {
    name: 'routes-have-a-deadline',
    file: 'src/rollout/run/give-up-routes.ts',
    text: 'if (world.now < deadline) {',
    without: 'if (world.now > 0) {',
    tests: scenarios,
  },
  {
    name: 'apex-moves-with-a-ready-primary',
    file: step('create-services'),
    text: 'object.metadata.name === world.names.apex && !apexMayMove',
    without: "object.metadata.name === '' && !apexMayMove",
    tests: scenarios,
  },
  {
    name: 'primary-is-woken',
    file: step('wake-primary'),
    text: 'if (workload.replicas(primary) > 0 || size === 0) return',
    without: 'if (workload.replicas(primary) >= 0 || size === 0) return',
    tests: scenarios,
  },
  {
    name: 'primary-is-rebuilt-from-trusted-revisions',
    file: step('restore-primary'),
    text: 'if (isTrusted(context)) return',
    without: 'if (isTrusted(context) || world.revision !== undefined) return',
    tests: scenarios,
  },
  {
    name: 'writes-are-fenced',
    file: 'src/rollout/writing/write-object.ts',
    text: '{ ...patch, metadata: { ...metadata, resourceVersion } },',
    without: '{ ...patch, metadata: { ...metadata, ...(resourceVersion ? {} : { resourceVersion }) } },',
    tests: scenarios,
  },
  {
    name: 'status-is-fenced',
    file: 'src/rollout/writing/write-status.ts',
    text: 'const body = { metadata: { resourceVersion }, status: patch };',
    without: 'const body = { ...(resourceVersion ? {} : { metadata: {} }), status: patch };',
    tests: scenarios,
  },
  {
    name: 'end-is-told-after-traffic',
    file: 'src/rollout/outbox/deliver.ts',
    text: "if (kind === 'event' || isSettled || runId !== status.run?.id)",
    without: "if (kind === 'event' || isSettled || runId !== '')",
    tests: scenarios,
  },
  {
    name: 'announcements-after-the-record',
    file: 'src/rollout/writing/record.ts',
    text: 'const status = recorded ? draft.status : (world.canary.status ?? draft.status);',
    without:
      'const status = recorded || world.now > 0 ? draft.status : (world.canary.status ?? draft.status);',
    tests: scenarios,
  },
  {
    name: 'timers-forgotten-after-a-lost-write',
    file: 'src/rollout/run-steps.ts',
    text: '    forgetTimers(context.memory);\n    forgetStatus(context.memory);',
    without: '    forgetStatus(context.memory);',
    tests: scenarios,
  },
  {
    name: 'questions-belong-to-a-run',
    file: 'src/rollout/run-steps.ts',
    text: 'inquiry.key.startsWith(`${run}|`)',
    without: 'inquiry.key !== run',
    tests: scenarios,
  },
];
