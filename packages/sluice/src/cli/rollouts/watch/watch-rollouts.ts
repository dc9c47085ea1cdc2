import { exitCodes } from '../../exit-codes.ts';
import { openTerminal } from '../../print.ts';
import { outputClosed, stopSignal } from '../../stop-signal.ts';
import { runApprove } from '../decisions.ts';
import { CommandFailure } from '../failure.ts';
import type { Call } from '../frame.ts';
import { viewOf } from '../read-rollout.ts';
import type { ListedView, ListScope } from '../read-rollout.ts';
import { clockTime } from '../times.ts';
import { followCanaries } from './follow-canaries.ts';
import type { FollowedCanaries } from './follow-canaries.ts';
import { createJsonOutput, createLineOutput, createPictureOutput } from './outputs.ts';
import type { WatchOutput } from './outputs.ts';
import { listenToKeys } from './watch-keys.ts';
import type { KeyDeeds } from './watch-keys.ts';

export interface Watched {
  readonly scope: ListScope;
  readonly isWanted: (view: ListedView) => boolean;
  /** The canaries as lines for a terminal. */
  readonly picture: (views: readonly ListedView[], columns: number, foldsHooks: boolean) => readonly string[];
  /** The exit code once it is over; undefined while it goes on. Throws `CommandFailure`. */
  readonly end: (views: readonly ListedView[]) => number | undefined;
  /** The exit code when somebody types `q`. */
  readonly quit: (views: readonly ListedView[]) => number;
  /** Milliseconds; 0 for ever. */
  readonly timeoutMs: number;
}

const lostAfterMs = 10_000;
const lookMs = 1000;

/** Shows canaries as they change until `end` says so, or a key. Resolves to the exit code; 130 after Ctrl-C. */
export async function watchRollouts(call: Call, watched: Watched): Promise<number> {
  const { clock } = call.cluster;
  const stopping = stopSignal();
  const over = new AbortController();
  const result = Promise.withResolvers<number | 'approve'>();
  let code: number | 'approve';
  const views = (): readonly ListedView[] =>
    followed
      .objects()
      .map((object) => viewOf(object, clock.now(), call.flags.meshProvider))
      .filter(watched.isWanted);
  const onChange = (): void => {
    try {
      const now = views();
      output.show(now);
      const code = watched.end(now);
      if (code !== undefined) result.resolve(code);
    } catch (error) {
      result.reject(error);
    }
  };
  resolveWhenStopped(stopping, result.resolve);
  const output = outputOf(call, watched, {
    interrupt: () => result.resolve(exitCodes.interrupted),
    quit: () => result.resolve(watched.quit(views())),
    approve: call.hasName ? () => result.resolve('approve') : undefined,
  });
  const followed = followCanaries(call.cluster, watched.scope, onChange, over.signal);
  const cancels = [watchTime(call, watched, result.reject), tellWhenLost(call, followed, output)];
  try {
    code = await result.promise;
  } finally {
    over.abort();
    for (const cancel of cancels) cancel();
    output.end();
  }
  return code === 'approve' ? approve(call, stopping) : code;
}

function resolveWhenStopped(stopping: AbortSignal, resolve: (code: number) => void): void {
  const onStop = (): void =>
    resolve(stopping.reason === outputClosed ? exitCodes.done : exitCodes.interrupted);
  if (stopping.aborted) onStop();
  else stopping.addEventListener('abort', onStop, { once: true });
}

/** Leaves the watch for `sluice approve`, which asks. */
async function approve({ ref, flags, env }: Call, stopping: AbortSignal): Promise<number> {
  // The question has no end of its own.
  stopping.addEventListener('abort', () => process.exit(exitCodes.interrupted), { once: true });
  const { context, kubeconfig, color } = flags;
  const given = Object.entries({ context, kubeconfig, color }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
  return runApprove([`${ref.namespace}/${ref.name}`, ...given], env);
}

function outputOf({ paper, cluster, flags }: Call, { picture }: Watched, deeds: KeyDeeds): WatchOutput {
  if (flags.output === 'json') return createJsonOutput(paper);
  if (!paper.isTerminal) return createLineOutput(paper, cluster.clock, lineOf);
  const keys = listenToKeys(deeds);
  const output = createPictureOutput(openTerminal(), paper, cluster.clock, (views, columns) => [
    ...keys.help,
    ...picture(views, columns, keys.foldsHooks),
  ]);
  return {
    ...output,
    end() {
      keys.close();
      output.end();
    },
  };
}

/** `prod/checkout WaitingPromotion 20 person confirm-promotion: alice: message`, as one line of a log. */
export function lineOf(view: ListedView): string {
  const where = `${view.metadata.namespace}/${view.metadata.name}`;
  if (view.kind !== 'RolloutView') return `${where} Unreadable ${view.why}`;
  const { phase, traffic, waitsFor, run } = view;
  const cause = view.state === 'failed' && run !== null && run.cause !== '' ? `; cause: ${run.cause}` : '';
  return `${where} ${phase || 'new'} ${traffic.written} ${waitsFor.kind} ${waitsFor.message}${cause}`;
}

function watchTime(
  { cluster: { clock }, ref }: Call,
  { timeoutMs }: Watched,
  reject: (error: unknown) => void,
): () => void {
  if (timeoutMs === 0) return () => undefined;
  return clock.setTimer(timeoutMs, () =>
    reject(
      new CommandFailure(
        exitCodes.timedOut,
        `it was not over within ${timeoutMs / 1000} s`,
        `sluice status ${ref.namespace}/${ref.name}`,
      ),
    ),
  );
}

/** Says after 10 s without a watch how old the picture is, and when it is live again. */
function tellWhenLost(
  { cluster: { clock } }: Call,
  followed: FollowedCanaries,
  output: WatchOutput,
): () => void {
  let isTold = false;
  let cancel = clock.setTimer(lookMs, look);
  function look(): void {
    const { problem } = followed;
    const isLost = problem !== undefined && clock.now() - problem.since >= lostAfterMs;
    if (isLost && !isTold)
      output.lost(
        `live data lost, showing ${clockTime(new Date(problem.since).toISOString(), clock.now())}, retrying: ${problem.reason}`,
      );
    if (!isLost && isTold) output.lost(undefined);
    isTold = isLost;
    cancel = clock.setTimer(lookMs, look);
  }
  return () => cancel();
}
