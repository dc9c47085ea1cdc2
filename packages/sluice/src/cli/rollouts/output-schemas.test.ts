import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { events } from '@sluice/kube/objects/resources.ts';
import type { Approval } from '../../api/canary-status.ts';
import { canaries } from '../../api/resources.ts';
import { createSchemaCheck } from '../../api/schema-problems.ts';
import { at, run, startCommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';
import type { CommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';
import { outputSchemas, schemaFile } from './output-schemas.ts';

const approval: Approval = {
  id: 'g-0000000001',
  hook: 'go',
  index: 0,
  type: 'confirm-promotion',
  run: run.id,
  revision: run.revision,
  step: 1,
  since: at,
  deadline: '2099-01-01T00:00:00Z',
  needed: 1,
  state: 'waiting',
};
const webhooks = [
  { name: 'go', type: 'confirm-promotion', approval: { deadline: '2h' } },
  { name: 'ci', type: 'confirm-promotion', url: 'http://ci/' },
];
const decision = { by: 'bob', verified: true, via: 'cli', at, result: 'done', message: 'm', request: 'x' };
const answer = { id: 'd1', outcome: 'denied' as const, message: '', attempts: 1, durationMs: 1, step: 1, at };
let cluster: CommandCluster;

beforeAll(async () => {
  cluster = await startCommandCluster();
  cluster.putCanary(
    'podinfo',
    {
      run,
      approvals: [approval],
      decisions: [{ verb: 'pause', ...decision }],
      hooks: [{ ...answer, name: 'ci', type: 'confirm-promotion', index: 1, code: 403 }],
      history: [{ id: 'r1', revision: 'v1:1', result: 'failed', startedAt: at, endedAt: at }],
      outbox: [{ id: 'd2', kind: 'event', hook: '', index: -1, phase: 'Progressing', message: 'm', at }],
      deadLetters: [{ id: 'd3', kind: 'event', hook: 'slack', reason: 'timeout', at }],
    },
    { analysis: { interval: '10s', threshold: 5, stepWeight: 10, webhooks } },
  );
  cluster.putCanary('bare', {});
  const { uid } = cluster.store.get(canaries, { namespace: 'default', name: 'podinfo' })?.metadata ?? {};
  cluster.store.create(events, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: 'default', name: 'e1' },
    involvedObject: { kind: 'Canary', namespace: 'default', name: 'podinfo', uid },
    reason: 'Synced',
    type: 'Normal',
    message: 'synced',
    lastTimestamp: at,
  });
});
afterAll(() => cluster.close());

const problems = (kind: keyof typeof outputSchemas, value: unknown) =>
  createSchemaCheck(outputSchemas[kind].schema).problems(value, kind);

/** As many entries as the object has in its lists: an empty list fits every schema. */
const entries = (value: object): number =>
  Object.values(value).reduce(
    (sum: number, list: unknown) => sum + (Array.isArray(list) ? list.length : 0),
    0,
  );

describe('the schema of what is printed with -o json', () => {
  it.each<[keyof typeof outputSchemas, readonly string[], number]>([
    ['RolloutViewList', ['get'], 2],
    ['GateList', ['gate', 'list'], 2],
    ['HookList', ['hooks', 'podinfo'], 2],
    ['RolloutHistory', ['history', 'podinfo'], 2],
    ['EventList', ['events', 'podinfo'], 1],
  ])('%s is that of sluice %j, and knows every field', async (kind, args, count) => {
    const { out } = await cluster.sluice([...args, '-o', 'json']);
    const value = JSON.parse(out) as object;
    expect(value).toMatchObject({ kind });
    expect(entries(value)).toBe(count);
    expect(problems(kind, value)).toEqual([]);
    expect(problems(kind, { ...value, more: 1 })).not.toEqual([]);
  });

  it('Decision and Error are those of a decision', async () => {
    cluster.takeDecisions('done', 'paused');
    const { out } = await cluster.sluice(['pause', 'bare', '-o', 'json']);
    expect(problems('Decision', JSON.parse(out))).toEqual([]);
    const { err } = await cluster.sluice(['approve', 'nobody', '-o', 'json']);
    expect(problems('Error', JSON.parse(err))).toEqual([]);
  });

  it('has a file for each, and no other', () => {
    const files = readdirSync(join(import.meta.dirname, '../../../../../deploy/schemas'));
    expect(files.toSorted()).toEqual(
      ['RolloutView', ...Object.keys(outputSchemas)].map(schemaFile).toSorted(),
    );
  });
});
