import type { Command } from 'commander';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { exitCodes } from '../exit-codes.ts';
import type { DecideFlags } from './decide.ts';
import { inFrame } from './frame.ts';
import type { Call, CommonFlags } from './frame.ts';
import { gatesOf, gateTable } from './gate-list.ts';
import { listRollouts, readRollout } from './read-rollout.ts';
import { moveGate } from './move-gate.ts';
import { tableLines } from './table.ts';

type GateFlags = Pick<DecideFlags, 'gate' | 'yes'> & {
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly headers: boolean;
};

const about =
  'list: approvals that wait and gates behind URLs that are closed. open, close: the gate of the load tester behind a hook, for every later revision too; one release alone is approved by sluice approve.';

const exits = {
  [exitCodes.done]: 'listed; an empty list, too; or the tester has opened or closed the gate',
  [exitCodes.failed]: 'the API server or the tester could not be asked, or did not answer in time',
  [exitCodes.usage]: 'the command line is wrong, several gates are meant, or it was not confirmed',
  [exitCodes.notFound]: 'there is no such canary',
  [exitCodes.refused]: 'you may not read canaries, no hook asks a gate of the tester, or the tester refused',
};

const deeds = ['list', 'open', 'close'];

const declare = (command: Command): Command =>
  command
    .argument('<what>', 'list, open or close')
    .argument('[name]', 'NAME, canary/NAME or NAMESPACE/NAME; open and close need it')
    .option('--gate <hook>', 'name of the hook; needed by open and close when several ask the tester')
    .option('-A, --all-namespaces', 'list: all namespaces')
    .option('-l, --selector <labels>', 'list: canaries with these labels')
    .option('--no-headers', 'list: no first line')
    .option('-y, --yes', 'the answer to the question is yes');

/** `sluice gate list|open|close`. */
export const runGate = inFrame<GateFlags>({
  name: 'gate',
  about,
  exits,
  doing: 'show or move the gates of',
  outputs: ['json', 'yaml'],
  deadlineMs: 0,
  declare,
  nameIn: ([, name]) => name,
  check(_flags: CommonFlags & GateFlags, [deed = '', name]) {
    if (!deeds.includes(deed)) throw new SluiceError(`"gate ${deed}": write ${deeds.join(', ')}`);
    if (deed !== 'list' && name === undefined)
      throw new SluiceError(`"gate ${deed}" needs the name of a canary`);
  },
  run: (call) => {
    const [deed] = call.args;
    return deed === 'open' || deed === 'close' ? moveGate(call, deed) : list(call);
  },
});

const deadlineMs = 20_000;

async function list(call: Call<GateFlags>): Promise<number> {
  const { flags, paper, cluster, namespace } = call;
  const timed = { ...call, signal: AbortSignal.timeout(deadlineMs) };
  const scope = {
    ...(flags.allNamespaces === true ? {} : { namespace }),
    ...(flags.selector === undefined ? {} : { labelSelector: flags.selector }),
  };
  const views = call.hasName ? [await readRollout(timed)] : await listRollouts(timed, scope);
  const items = views.flatMap((view) => (view.kind === 'RolloutView' ? gatesOf(view) : []));
  const value = { apiVersion: 'cli.sluice.dev/v1', kind: 'GateList', items };
  if (flags.output === 'json') paper.json(value);
  else if (flags.output === 'yaml') paper.yaml(value);
  else if (items.length === 0) paper.err('No gate waits.');
  else {
    const options = { columns: paper.columns, flexible: 7, withHeader: flags.headers };
    paper.out(...tableLines(gateTable(items, cluster.clock.now()), options));
  }
  return exitCodes.done;
}
