import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { parseGoDuration } from '@sluice/lib/time/duration.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { inFrame } from './frame.ts';
import type { Call, CommonFlags } from './frame.ts';
import { frameOf } from './get.ts';
import { withMeshProvider } from './read-command.ts';
import { readable, readRollout } from './read-rollout.ts';
import type { ListedView } from './read-rollout.ts';
import { statusBlock } from './status-block.ts';
import { codeWhenOver, parseUntil } from './watch/until.ts';
import type { Until } from './watch/until.ts';
import { watchRollouts } from './watch/watch-rollouts.ts';

interface StatusFlags {
  readonly watch?: boolean;
  readonly until?: Until;
  readonly timeout: number;
  readonly image?: string;
}

const about =
  'How one rollout stands. The first line names what it waits for, the last lines what to type next. With -w: as it changes, until it is over.';

const exits = {
  [exitCodes.done]: 'it has succeeded, or nothing is rolled out; with --until: that has come',
  [exitCodes.failed]: 'the API server could not be asked, or did not answer in time',
  [exitCodes.usage]: 'the command line is wrong',
  [exitCodes.answeredNo]: 'it has failed, was withdrawn, or is being put back',
  [exitCodes.timedOut]: 'with -w: --timeout ran out',
  [exitCodes.needsPerson]: 'without -w, or ended by the key q: it waits for a person',
  [exitCodes.notFound]:
    'there is no such canary; with -w also: it was deleted, or another run took the place of that of --image',
  [exitCodes.refused]: 'you may not read canaries',
  [exitCodes.stillRunning]: 'without -w, or ended by the key q: it is still running',
  [exitCodes.interrupted]: 'with -w: stopped by Ctrl-C',
};

const declare = (command: Command): Command =>
  withMeshProvider(command)
    .argument('<name>', 'NAME, canary/NAME or NAMESPACE/NAME')
    .option('-w, --watch', 'show it as it changes, until it is over; on a terminal ? lists the keys')
    .option('--no-watch', 'the same as without -w')
    .option('--until <what>', 'with -w: succeeded, gate (a person is needed), promoted or weight=N', toUntil)
    .option('--image <image>', 'with -w: the run that brings this image; wait until it begins')
    .option('--timeout <duration>', 'with -w: give up after this time, such as 30m', toTimeout, 0);

/** `sluice status NAME`: its exit code says how the rollout stands. */
export const runStatus = inFrame<StatusFlags>({
  name: 'status',
  about,
  exits,
  doing: 'show the status of',
  outputs: ['json', 'yaml'],
  declare,
  check({ output, watch, until, image, timeout }: CommonFlags & StatusFlags) {
    if (watch === true && output === 'yaml') throw new SluiceError('-w goes with -o json alone');
    if (watch !== true && (until !== undefined || image !== undefined || timeout > 0))
      throw new SluiceError('--until, --image and --timeout need -w');
  },
  run: (call) => (call.flags.watch === true ? watch(call) : show(call)),
});

function toUntil(text: string): Until {
  try {
    return parseUntil(text);
  } catch (error) {
    if (error instanceof SluiceError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function toTimeout(text: string): number {
  try {
    const milliseconds = parseGoDuration(text);
    if (milliseconds >= 0 && milliseconds <= longestTimeoutMs) return milliseconds;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
  }
  throw new InvalidArgumentError('Write a duration such as 30m, at most 500h.');
}

/** Timers of Node take no more. */
const longestTimeoutMs = 500 * 3_600_000;

async function show(call: Call<StatusFlags>): Promise<number> {
  const view = await readRollout(call);
  const { output } = call.flags;
  if (output === 'json') call.paper.json(view);
  else if (output === 'yaml') call.paper.yaml(view);
  else call.paper.out(...statusBlock(view, frameOf(call)));
  return codeOf(view);
}

/** Exit code for how a rollout stands. A run that succeeded with a cause was withdrawn: it promoted nothing. */
export function codeOf({ state, run }: Pick<RolloutView, 'state' | 'run'>): number {
  if (state === 'person') return exitCodes.needsPerson;
  if (state === 'failed' || state === 'back') return exitCodes.answeredNo;
  if (state === 'machine') return exitCodes.stillRunning;
  return state === 'done' && (run?.cause ?? '') !== '' ? exitCodes.answeredNo : exitCodes.done;
}

async function watch(call: Call<StatusFlags>): Promise<number> {
  const { ref, flags, cluster } = call;
  // An error of the first look ends it; later ones do not.
  await readRollout(call);
  return watchRollouts(call, {
    scope: { namespace: ref.namespace, fieldSelector: `metadata.name=${ref.name}` },
    isWanted: ({ metadata }) => metadata.name === ref.name,
    timeoutMs: flags.timeout,
    picture: ([view], columns, foldsHooks) =>
      view === undefined
        ? []
        : statusBlock(readable(view), { columns, foldsHooks, now: cluster.clock.now() }),
    end: createEnd(flags),
    // Whoever leaves early has the answer of a look, not that of the end.
    quit: ([view]) => (view === undefined ? exitCodes.notFound : codeOf(readable(view))),
  });
}

/** Decides when a watch is over; it remembers the run of `--image`. */
function createEnd({ until = { kind: 'succeeded' }, image }: StatusFlags) {
  let ours: string | undefined;
  return ([listed]: readonly ListedView[]): number | undefined => {
    if (listed === undefined) throw new CommandFailure(exitCodes.notFound, 'it was deleted', 'sluice get -A');
    const view = readable(listed);
    const brings = image === undefined || bringsImage(view, image);
    if (brings) ours = view.run?.id;
    else if (ours !== undefined)
      throw new CommandFailure(
        exitCodes.notFound,
        `another run took the place of that of ${image}: ${view.images.text}`,
        `sluice status ${view.metadata.namespace}/${view.metadata.name}`,
      );
    return codeWhenOver(view, until, brings);
  };
}

/** Whether the last run brings an image: its whole name, or the end of it, such as `app:2.4.1`. */
const bringsImage = ({ images }: RolloutView, image: string): boolean =>
  images.after.some((one) => {
    const name = one.slice(one.indexOf('=') + 1);
    return name === image || name.endsWith(`/${image}`);
  });
