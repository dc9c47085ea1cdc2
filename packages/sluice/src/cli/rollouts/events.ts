import { listPages } from '@sluice/kube/cache/list-pages.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { events } from '@sluice/kube/objects/resources.ts';
import { asNumber, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { canaries } from '../../api/resources.ts';
import { exitCodes } from '../exit-codes.ts';
import { inFrame } from './frame.ts';
import type { Call } from './frame.ts';
import { readExits, withHeaders, withName } from './read-command.ts';
import type { ReadFlags } from './read-command.ts';
import { tableLines } from './table.ts';
import { ageOf } from './times.ts';

export interface EventView {
  readonly lastSeen: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly source: string;
}

/** `sluice events NAME`: Kubernetes' Events of a Canary, the oldest first. */
export const runEvents = inFrame<ReadFlags>({
  name: 'events',
  about: "Kubernetes' Events of a Canary, the oldest first. The API server keeps them for an hour or so.",
  exits: readExits,
  doing: 'show the events of',
  outputs: ['json', 'yaml'],
  declare: (command) => withHeaders(withName(command)),
  run: async (call) => {
    const { paper, flags, cluster, ref } = call;
    const items = await readEvents(call);
    const value = { apiVersion: 'cli.sluice.dev/v1', kind: 'EventList', metadata: ref, items };
    if (flags.output === 'json') paper.json(value);
    else if (flags.output === 'yaml') paper.yaml(value);
    else if (items.length === 0) paper.err(`${ref.namespace}/${ref.name} has no events of the last hour`);
    else {
      const now = cluster.clock.now();
      const rows = items.map(({ lastSeen, type, reason, count, message }) => [
        ageOf(lastSeen, now),
        type,
        reason,
        String(count),
        message,
      ]);
      const header = ['LAST SEEN', 'TYPE', 'REASON', 'COUNT', 'MESSAGE'];
      // A message is what events are read for: it is never cut.
      paper.out(...tableLines({ header, rows }, { columns: Infinity, withHeader: flags.headers }));
    }
    return exitCodes.done;
  },
});

async function readEvents({ cluster, ref, signal }: Call<ReadFlags>): Promise<readonly EventView[]> {
  const canary = await cluster.client.get(canaries, ref, signal);
  const fieldSelector = `involvedObject.kind=Canary,involvedObject.name=${ref.name}`;
  const { items } = await listPages(
    cluster.client,
    events,
    { namespace: ref.namespace, fieldSelector },
    signal,
  );
  return items
    .filter((event) => isOf(event, canary))
    .map(eventView)
    .toSorted((one, other) => Date.parse(one.lastSeen) - Date.parse(other.lastSeen));
}

/** A deleted Canary of the same name left events of its own. */
function isOf(event: AnyKubeObject, { metadata }: AnyKubeObject): boolean {
  const uid = asText(asRecord(event['involvedObject'])['uid']) ?? '';
  return uid === '' || uid === metadata.uid;
}

function eventView(event: AnyKubeObject): EventView {
  const series = asRecord(event['series']);
  const times = [
    series['lastObservedTime'],
    event['lastTimestamp'],
    event['eventTime'],
    event.metadata.creationTimestamp,
  ];
  return {
    lastSeen: times.map(asText).find((time) => time !== undefined && time !== '') ?? '',
    type: asText(event['type']) ?? '',
    reason: asText(event['reason']) ?? '',
    message: asText(event['message']) ?? '',
    count: asNumber(series['count']) ?? asNumber(event['count']) ?? 1,
    source: asText(asRecord(event['source'])['component']) ?? asText(event['reportingComponent']) ?? '',
  };
}
