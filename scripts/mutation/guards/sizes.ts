import type { Guard } from '../guard.ts';

/** What stops and starts a target, its scaler told in time, and what a kind without replicas has in their place. */
export const sizesGuards: readonly Guard[] = [
  {
    name: 'a-scaler-is-paused-before-its-target-stops',
    file: 'src/rollout/steps/size-target.ts',
    text: "if (!(await pauseScaler(context))) return 'continue';",
    without: '',
    held: ['keda', 'is paused while the target rests, and works while it runs'],
  },
  {
    name: 'a-scaler-is-resumed-before-its-target-starts',
    file: 'src/rollout/steps/size-target.ts',
    text: "if (mustRun && !(await resumeScaler(context))) return 'continue';",
    without: '',
    held: ['keda', 'is paused while the target rests, and works while it runs'],
  },
  {
    name: 'a-pause-that-was-taken-away-comes-back',
    file: 'src/rollout/steps/size-target.ts',
    text: "if (wanted === 'none' && own === 0) return keepPaused(context);",
    without: "if (wanted === 'none' && own === 0) return 'continue';",
    held: ['keda', 'is paused again when a GitOps tool takes the annotation away, at rest'],
  },
  {
    name: 'the-last-copy-is-not-paused',
    file: 'src/rollout/steps/size-target.ts',
    text: 'if (readReadySides(deps, world.namespace, world.names).primary) await pauseScaler(context);',
    without: 'if (deps !== undefined && world !== undefined) await pauseScaler(context);',
    held: ['keda', 'is not paused while the primary is down: the target is all there is'],
  },
  {
    name: 'a-scaler-that-refuses-ends-a-run-by-its-deadline',
    file: 'src/rollout/run/pause-scaler.ts',
    text: 'context.retryLater(error);\n    return false;',
    without: 'throw error;',
    held: ['keda', 'for ever fails the run at its deadline: nothing is started that KEDA would stop'],
  },
  {
    name: 'a-kind-that-is-not-installed-is-asked-for-once',
    file: 'src/controller/watches.ts',
    text: '    mayBeAbsent: kind !== named,\n',
    without: '',
    held: [
      'keda',
      'is looked for once where it is not installed, and said to be missing where a Canary needs it',
    ],
  },
  {
    name: 'a-stop-is-no-revision-of-a-daemonset',
    file: 'src/workloads/daemon-set.ts',
    text: 'const { [stopLabel]: _stop, ...nodes } = asRecord(nodeSelector);',
    without: 'const nodes = asRecord(nodeSelector);',
    held: [
      'daemonset',
      'starts no run when it is stopped or started, and none when its manifest is applied again',
    ],
  },
  {
    name: 'a-service-is-judged-once-its-endpoints-follow',
    file: 'src/rollout/steps/wait-canary-ready.ts',
    text: 'if (readiness.ready && world.now < followedAt(context)) return waitForEndpoints(context);',
    without: '',
    held: ['service-target', 'that leads to nobody gets no traffic, and fails at the deadline'],
  },
  {
    name: 'what-is-outside-counts-as-serving',
    file: 'src/rollout/readiness.ts',
    text: ' || leadsOutside(deps.cache.get(services, { namespace, name: service }))',
    without: '',
    held: [
      'service-target',
      'that leads outside of the cluster is rolled out by name: nobody here can tell who serves there',
    ],
  },
];
