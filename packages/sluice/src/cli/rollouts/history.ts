import { shortRevision } from '../../rules/run/revision.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import { exitCodes } from '../exit-codes.ts';
import { inFrame } from './frame.ts';
import { readExits, withHeaders, withName } from './read-command.ts';
import type { ReadFlags } from './read-command.ts';
import { readRollout } from './read-rollout.ts';
import { tableLines } from './table.ts';
import type { Table } from './table.ts';
import { clockTime, spanOf } from './times.ts';

const resultIcon: Readonly<Record<string, string>> = { succeeded: '✔', failed: '✖', undone: '↩' };

/** `sluice history NAME`: the last runs, the newest first, and the last decisions. */
export const runHistory = inFrame<ReadFlags>({
  name: 'history',
  about: 'The last runs of a canary, the newest first, and the last decisions about it.',
  exits: readExits,
  doing: 'show the history of',
  outputs: ['json', 'yaml'],
  declare: (command) => withHeaders(withName(command)),
  run: async (call) => {
    const view = await readRollout(call);
    const { paper, flags, cluster } = call;
    const { metadata, history, decisions } = view;
    const value = { apiVersion: view.apiVersion, kind: 'RolloutHistory', metadata, history, decisions };
    if (flags.output === 'json') paper.json(value);
    else if (flags.output === 'yaml') paper.yaml(value);
    else {
      const now = cluster.clock.now();
      const options = { columns: paper.columns, withHeader: flags.headers };
      if (history.length === 0) paper.err(`${metadata.namespace}/${metadata.name} has no run that is over`);
      else paper.out(...tableLines(runTable(view, now), { ...options, flexible: 6 }));
      if (decisions.length > 0)
        paper.out('', ...tableLines(decisionTable(view, now), { ...options, flexible: 6 }));
    }
    return exitCodes.done;
  },
});

function runTable({ history }: RolloutView, now: number): Table {
  return {
    header: ['RESULT', 'REVISION', 'STARTED', 'TOOK', 'BY', 'IMAGES', 'CAUSE'],
    rows: history
      .toReversed()
      .map(({ result, revision, startedAt, endedAt, images = [], cause = '', by = '' }) => [
        `${resultIcon[result] ?? '○'} ${result}`,
        shortRevision(revision),
        clockTime(startedAt, now),
        spanOf(Date.parse(endedAt) - Date.parse(startedAt)),
        by,
        images.join(' '),
        cause,
      ]),
  };
}

function decisionTable({ decisions }: RolloutView, now: number): Table {
  return {
    header: ['DECISION', 'AT', 'BY', 'VIA', 'HOOK', 'REASON', 'RESULT'],
    rows: decisions
      .toReversed()
      .map(({ verb, at, by, verified, via, hook = '', reason = '', result, message }) => [
        `${result === 'done' ? '✔' : '✖'} ${verb}`,
        clockTime(at, now),
        by === '' ? '' : `${by} (${verified ? 'verified' : 'claimed'})`,
        via,
        hook,
        reason,
        `${result}: ${message}`,
      ]),
  };
}
