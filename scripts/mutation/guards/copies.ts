import type { Guard } from '../guard.ts';

/** The last healthy copy is never destroyed, and what leads to it is kept. */
export const copiesGuards: readonly Guard[] = [
  {
    name: 'scale-down-needs-a-primary',
    file: 'src/rollout/steps/size-target.ts',
    text: 'if (!readReadySides(deps, world.namespace, world.names).primary) {',
    without: 'if (deps === undefined) {',
    held: ['last-look', 'keeps running after its run failed'],
  },
  {
    name: 'scale-down-after-traffic',
    file: 'src/rollout/steps/size-target.ts',
    text: 'if (memory.hold?.alone === false) return undefined;',
    without: 'if (memory !== undefined) return undefined;',
    held: ['guards', 'keep a canary that was rolled back running until the traffic has moved'],
  },
  {
    name: 'decisions-do-not-wait-for-a-scale-down',
    file: 'src/rollout/steps/size-target.ts',
    text: "return isDecisionDue(context) || mustRestart(draft.status) ? 'continue' : refusal;",
    without: 'return refusal;',
    held: ['readiness', 'is heard, although the canary cannot be stopped'],
  },
  {
    name: 'first-scale-down-waits-for-the-primary',
    file: 'src/rollout/steps/size-target.ts',
    text: '(isInitializing(status.phase) && isPrimaryReady(context))',
    without: 'isInitializing(status.phase)',
    held: ['guards', 'by a rollback whose primary is down: the canary keeps what it serves, and its pods'],
    twin: {
      why: 'the guard of the last healthy copy reads the endpoints once more',
      edits: [
        {
          file: 'src/rollout/steps/size-target.ts',
          text: 'if (!readReadySides(deps, world.namespace, world.names).primary) {',
          without: 'if (deps === undefined) {',
        },
        {
          file: 'src/rollout/steps/size-target.ts',
          text: 'if (memory.hold?.alone === false) return undefined;',
          without: 'if (memory !== undefined) return undefined;',
        },
      ],
    },
  },
  {
    name: 'a-canary-with-traffic-keeps-its-pods',
    file: 'src/rules/target-size.ts',
    text: "if (status.canaryWeight > 0) return isResting(status.phase) ? 'keep' : 'some';",
    without: '',
    held: ['rollback', 'leaves all traffic at the canary, which is the healthy copy'],
  },
  {
    name: 'apex-moves-with-a-ready-primary',
    file: 'src/rollout/steps/create-services.ts',
    text: 'object.metadata.name === world.names.apex && !apexMayMove',
    without: "object.metadata.name === '' && !apexMayMove",
    held: ['readiness', 'leads to the target until the primary serves'],
  },
  {
    name: 'a-service-that-stands-bars-no-guard',
    file: 'src/rollout/steps/create-services.ts',
    text: 'if (!stands || !(error instanceof KubeError)) throw error;',
    without: 'if (stands || !stands) throw error;',
    held: ['guards', 'when a Service of the canary cannot be written: the routes are guarded all the same'],
  },
  {
    name: 'primary-is-woken',
    file: 'src/rollout/steps/wake-primary.ts',
    text: 'if (workload.replicas(primary) > 0 || size === 0) return',
    without: 'if (workload.replicas(primary) >= 0 || size === 0) return',
    held: ['guards', 'to a primary at zero, which is woken first'],
  },
  {
    name: 'primary-at-zero-at-rest-is-a-wish',
    file: 'src/rollout/steps/wake-primary.ts',
    text: '|| size === 0) return',
    without: '|| size < 0) return',
    held: ['readiness', 'at rest stays there without a word'],
  },
  {
    name: 'unsafe-primary-gets-no-fallback',
    file: 'src/rollout/run/fallback-weight.ts',
    text: 'return isPrimarySafe(context) ? 0 : context.draft.status.canaryWeight;',
    without: 'return isPrimarySafe(context) ? 0 : 0;',
    held: ['rollback', 'is no outage when the next revision comes: traffic stays where it is served'],
  },
  {
    name: 'primary-that-serves-is-a-safe-place',
    file: 'src/rollout/run/fallback-weight.ts',
    text: ' || primaryReadiness(context).ready',
    without: '',
    held: ['way-back', 'that failed leaves the next revision no share'],
  },
  {
    name: 'primary-is-rebuilt-from-trusted-revisions',
    file: 'src/rollout/steps/restore-primary.ts',
    text: 'if (isTrusted(context)) return',
    without: 'if (isTrusted(context) || world.revision !== undefined) return',
    held: ['guards', 'in a run leaves the traffic at the canary, which is judged and becomes the primary'],
  },
  {
    name: 'a-run-goes-on-without-its-primary',
    file: 'src/rollout/steps/restore-primary.ts',
    text: "return goesOn ? 'continue' : stop('person', message);",
    without: "return stop('person', message);",
    held: ['guards', 'in a run leaves the traffic at the canary, which is judged and becomes the primary'],
  },
  {
    name: 'stale-pods-are-gone-before-the-next-start',
    file: 'src/rollout/steps/size-target.ts',
    text: "if (run === undefined || !isTargetDown(context)) return 'continue';",
    without: "if (run === undefined) return 'continue';",
    held: ['config-copies', 'are started when the last of the old ones takes no more requests'],
  },
];
