import type { Guard } from '../guard.ts';

/** What Flagger left goes on as it is, and can be given back. */
export const adoptionGuards: readonly Guard[] = [
  {
    name: 'adopted-hashes-are-no-change',
    file: 'src/rollout/steps/adopt.ts',
    text: 'if (isOwnRevision(status.lastAppliedSpec)) return clearWhenEqual(context);',
    without: "if (status.phase !== '') return clearWhenEqual(context);",
    held: ['adoption', 'at rest starts no run, and rolls no pod of its primary'],
  },
  {
    name: 'adoption-that-differs-asks-a-person',
    file: 'src/rollout/steps/adopt.ts',
    text: "if (same || draft.status.phase === 'Failed')",
    without: 'if (same || draft !== undefined)',
    held: ['adoption', 'whose target and primary differ asks a person'],
  },
  {
    name: 'an-adopted-run-goes-on-from-its-weight',
    file: 'src/rollout/steps/adopt.ts',
    text: 'return { canaryWeight: routed ?? canaryWeight, iterations: Math.max(0, done) };',
    without: 'return { canaryWeight, iterations: Math.max(0, done) };',
    held: [
      'adoption',
      'waiting for its promotion goes on from the weight of its routes, and is not prepared again',
    ],
  },
  {
    name: 'hashes-that-were-left-stay',
    file: 'src/rules/adopted-names.ts',
    text: '(value === ours ? theirs : value)',
    without: '(value === ours && theirs === ours ? theirs : value)',
    held: [
      'adoption',
      'keeps the hashes of Flagger until its target changes, so that Flagger finds nothing changed either',
    ],
  },
  {
    name: 'hashes-that-were-left-are-read-by-our-names',
    file: 'src/rules/adopted-names.ts',
    text: '(value === theirs ? ours : value)',
    without: '(value === theirs && theirs === ours ? ours : value)',
    held: [
      'adoption',
      'keeps the hashes of Flagger until its target changes, so that Flagger finds nothing changed either',
    ],
  },
  {
    name: 'a-waiting-run-has-no-hash-yet',
    file: 'src/rollout/steps/adopt.ts',
    text: "status.phase === 'Waiting' ? {} : { lastAppliedSpec: revision };",
    without: '{ lastAppliedSpec: revision };',
    held: ['adoption', 'waiting for its first approval does not go by the hash of the revision before'],
  },
  {
    name: 'a-cookie-without-a-name-is-none',
    file: 'src/rules/session-cookies.ts',
    text: " && !cookie.startsWith('=')",
    without: '',
    held: ['adoption', 'with session affinity keeps its callers, and gives none a cookie without a name'],
  },
  {
    name: 'marks-of-argo-cd-are-of-the-target',
    file: 'src/workloads/primary-metadata.ts',
    text: "  'argocd.argoproj.io/',\n",
    without: '',
    held: ['gitops', 'are not copied to the primary, which is not in Git'],
  },
  {
    name: 'who-scales-a-resting-target-up-is-told',
    file: 'src/rollout/steps/size-target.ts',
    text: '    sayScaledUp(context);\n',
    without: '',
    held: ['gitops', 'is stopped again, each time, and that is said once'],
  },
];
