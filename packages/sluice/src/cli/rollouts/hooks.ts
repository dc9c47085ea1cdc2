import type { RolloutView } from '../../view/rollout-view.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatMs } from '../start/words.ts';
import { inFrame } from './frame.ts';
import { hookIcon } from './icons.ts';
import { readExits, withHeaders, withName } from './read-command.ts';
import type { ReadFlags } from './read-command.ts';
import { readRollout } from './read-rollout.ts';
import { notYet } from './status-block.ts';
import { tableLines } from './table.ts';
import type { Table } from './table.ts';
import { ageOf, clockTime } from './times.ts';

/** `sluice hooks NAME`: the last answer of each hook of the run, and announcements that are not acknowledged. */
export const runHooks = inFrame<ReadFlags>({
  name: 'hooks',
  about:
    'The last answer of each hook in this run and how it was judged, and the announcements that wait or were given up.',
  exits: readExits,
  doing: 'show the hooks of',
  outputs: ['json', 'yaml'],
  declare: (command) => withHeaders(withName(command)),
  run: async (call) => {
    const view = await readRollout(call);
    const { paper, flags, cluster } = call;
    const { metadata, hooks, deliveries } = view;
    const value = { apiVersion: view.apiVersion, kind: 'HookList', metadata, hooks, deliveries };
    if (flags.output === 'json') paper.json(value);
    else if (flags.output === 'yaml') paper.yaml(value);
    else {
      const now = cluster.clock.now();
      const options = { columns: paper.columns, withHeader: flags.headers };
      if (hooks.length === 0) paper.err(`${metadata.namespace}/${metadata.name} has no hooks`);
      else paper.out(...tableLines(hookTable(view, now), { ...options, flexible: 7 }));
      const announced = announcementTable(view, now);
      if (announced.rows.length > 0) paper.out('', ...tableLines(announced, { ...options, flexible: 5 }));
      if (deliveries.dropped > 0)
        paper.out(
          '',
          `! lost: ${deliveries.dropped} announcements were dropped, because the outbox was full`,
        );
    }
    return exitCodes.done;
  },
});

function hookTable({ hooks }: RolloutView, now: number): Table {
  return {
    header: ['HOOK', 'TYPE', 'CODE', 'JUDGED', 'TOOK', 'TRIES', 'AT', 'ANSWER'],
    rows: hooks.map((hook) => {
      if (hook.at === null) return [hook.name, hook.type, '', `○ ${notYet(hook)}`, '', '', '', ''];
      return [
        hook.name,
        hook.type,
        hook.code === null ? '' : String(hook.code),
        `${hookIcon(hook)} ${hook.judged || hook.outcome}`.trim(),
        formatMs(hook.durationMs),
        String(hook.attempts),
        clockTime(hook.at, now),
        hook.message,
      ];
    }),
  };
}

function announcementTable({ deliveries }: RolloutView, now: number): Table {
  const { outbox, deadLetters } = deliveries;
  return {
    header: ['ANNOUNCEMENT', 'HOOK', 'STATE', 'AGE', 'ID', 'MESSAGE'],
    rows: [
      ...outbox.map(({ id, kind, hook, at, message = '' }) => [
        kind,
        hook || 'the event webhook',
        '◌ not acknowledged yet',
        ageOf(at, now),
        id,
        message,
      ]),
      ...deadLetters.map(({ id, kind, hook, at, reason }) => [
        kind,
        hook || 'the event webhook',
        '! lost, given up',
        ageOf(at, now),
        id,
        reason,
      ]),
    ],
  };
}
