import type { CliCommand, RunCommand } from './command.ts';

const decisions = async () => import('./rollouts/decisions.ts');

const command = (name: string, summary: string, load: () => Promise<RunCommand>): CliCommand => ({
  name,
  summary,
  load,
});

/** Commands for rollouts, as people see them and decide on them. */
export const rolloutCommands: readonly CliCommand[] = [
  command(
    'get',
    'the canaries, and the one thing that each waits for',
    async () => (await import('./rollouts/get.ts')).runGet,
  ),
  {
    ...command('list', 'the same as get', async () => (await import('./rollouts/get.ts')).runList),
    hidden: true,
  },
  command(
    'status',
    'how one rollout stands; its exit code says so too',
    async () => (await import('./rollouts/status.ts')).runStatus,
  ),
  command('approve', 'approve what a rollout waits for', async () => (await decisions()).runApprove),
  command('reject', 'refuse it: the run ends', async () => (await decisions()).runReject),
  command('pause', 'hold a rollout where it is', async () => (await decisions()).runPause),
  command('resume', 'go on with one that was paused', async () => (await decisions()).runResume),
  command('promote', 'skip the rest of the analysis', async () => (await decisions()).runPromote),
  command('retry', 'run a failed revision again', async () => (await decisions()).runRetry),
  command(
    'undo',
    'go back to the version before the last promotion',
    async () => (await decisions()).runUndo,
  ),
  command(
    'override',
    'begin a run although a freeze or the queue holds it',
    async () => (await decisions()).runOverride,
  ),
  command(
    'history',
    'the last runs of a canary, and who decided what',
    async () => (await import('./rollouts/history.ts')).runHistory,
  ),
  command(
    'hooks',
    'the last answers of hooks, and announcements that are under way',
    async () => (await import('./rollouts/hooks.ts')).runHooks,
  ),
  command('events', 'the events of a canary', async () => (await import('./rollouts/events.ts')).runEvents),
  command(
    'gate',
    'gates that wait; open and close those of the load tester',
    async () => (await import('./rollouts/gate.ts')).runGate,
  ),
  command('diff', 'what would be rolled out', async () => (await import('./rollouts/diff.ts')).runDiff),
];
