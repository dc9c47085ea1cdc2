import type { Command } from 'commander';
import type { RolloutView } from '../../view/rollout-view.ts';
import { exitCodes } from '../exit-codes.ts';
import { inFrame } from './frame.ts';
import { frameOf } from './get.ts';
import { readRollout } from './read-rollout.ts';
import { statusBlock } from './status-block.ts';

interface StatusFlags {
  readonly watch?: boolean;
}

const about =
  'How one rollout stands. The first line names what it waits for, the last lines what to type next.';

const exits = {
  [exitCodes.done]: 'it has succeeded, or nothing is rolled out',
  [exitCodes.failed]: 'the API server could not be asked, or did not answer in time',
  [exitCodes.usage]: 'the command line is wrong',
  [exitCodes.answeredNo]: 'it has failed, was withdrawn, or is being put back',
  [exitCodes.needsPerson]: 'it waits for a person',
  [exitCodes.notFound]: 'there is no such canary',
  [exitCodes.refused]: 'you may not read canaries',
  [exitCodes.stillRunning]: 'it is still running',
};

/** `sluice status NAME`: its exit code says how the rollout stands. */
export const runStatus = inFrame<StatusFlags>({
  name: 'status',
  about,
  exits,
  doing: 'show the status of',
  outputs: ['json', 'yaml'],
  declare: (command: Command) => command.argument('<name>', 'NAME, canary/NAME or NAMESPACE/NAME'),
  run: async (call) => {
    const view = await readRollout(call);
    const { output } = call.flags;
    if (output === 'json') call.paper.json(view);
    else if (output === 'yaml') call.paper.yaml(view);
    else call.paper.out(...statusBlock(view, frameOf(call)));
    return codeOf(view);
  },
});

/** Exit code for how a rollout stands. A run that succeeded with a cause was withdrawn: it promoted nothing. */
export function codeOf({ state, run }: Pick<RolloutView, 'state' | 'run'>): number {
  if (state === 'person') return exitCodes.needsPerson;
  if (state === 'failed' || state === 'back') return exitCodes.answeredNo;
  if (state === 'machine') return exitCodes.stillRunning;
  return state === 'done' && (run?.cause ?? '') !== '' ? exitCodes.answeredNo : exitCodes.done;
}
