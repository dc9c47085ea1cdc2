import { beforeEach, describe, expect, it } from 'vitest';
import { customResourceDefinitions, namespaces } from '@sluice/kube/objects/resources.ts';
import { buildCrds } from '../api/crds.ts';
import { canaries } from '../api/resources.ts';
import type { DecisionRecord } from '../api/decision-status.ts';
import { readDecisionRequest } from '../rules/people/decision-request.ts';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import type { FakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createLocalKube } from '../../../../test/support/fakes/local-kube.ts';
import { scenarioCanary } from '../../../../test/support/scenario/objects.ts';
import { requestDecision } from './request-decision.ts';
import type { DecisionAnswer } from './request-decision.ts';

const ref = { namespace: 'test', name: 'podinfo' };
const alice = { name: 'alice', groups: ['sre', 'system:authenticated'] };
const pause = { verb: 'pause', reason: 'lunch', via: 'cli' } as const;

let clock: FakeClock;
let kube: ReturnType<typeof createLocalKube>;

beforeEach(() => {
  clock = createFakeClock();
  kube = createLocalKube(clock);
  for (const crd of buildCrds()) kube.store.create(customResourceDefinitions, crd);
  kube.store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
  const approval = { approvers: { groups: ['sre', 'board'] } };
  const hooks = [['confirm-promotion', '/release', { approval }]] as const;
  kube.store.create(canaries, scenarioCanary({ hooks }));
});

const annotations = (): Readonly<Record<string, string>> =>
  kube.store.get(canaries, ref)?.metadata.annotations ?? {};

/** What the controller does of a decision: a record with its hash. */
function take(): void {
  const canary = kube.store.get(canaries, ref);
  const request = readDecisionRequest(canary?.metadata.annotations);
  if (canary === undefined || request === undefined) throw new Error('nothing to take');
  const record: DecisionRecord = {
    verb: request.verb,
    by: request.by,
    verified: false,
    via: request.via,
    at: new Date(clock.now()).toISOString(),
    result: 'done',
    message: 'done',
    request: request.hash,
  };
  const { decisions = [] } = (canary['status'] ?? {}) as { decisions?: DecisionRecord[] };
  kube.store.update(
    canaries,
    { ...canary, status: { decisions: [...decisions, record] } },
    { subresource: 'status' },
  );
}

/** Runs until the decision is answered, with a controller that takes it, or none. */
async function decide(by = alice, controller: () => void = take): Promise<DecisionAnswer> {
  let answer: DecisionAnswer | undefined;
  const { signal } = new AbortController();
  void requestDecision({ client: kube.client(), clock }, ref, pause, by, signal).then(
    (given) => (answer = given),
  );
  await clock.settle();
  controller();
  for (let step = 0; step < 100 && answer === undefined; step += 1) await clock.advance('100ms');
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

describe('a decision', () => {
  it('is answered with what the controller recorded of it', async () => {
    expect(await decide()).toMatchObject({ kind: 'recorded', decision: { verb: 'pause', by: 'alice' } });
  });

  it('names only groups that an approval asks for', async () => {
    await decide();
    expect(annotations()).toMatchObject({ 'sluice.dev/decision-groups': 'sre' });
  });

  it('that no controller takes is given up after 5 s, and stays written', async () => {
    expect(await decide(alice, () => undefined)).toEqual({ kind: 'not-picked-up' });
    expect(annotations()).toMatchObject({ 'sluice.dev/decision': 'pause' });
  });

  it('waits for one of somebody else that is not taken yet', async () => {
    const first = decide({ name: 'bob', groups: [] }, () => undefined);
    await clock.settle();
    const second = decide(alice, () => undefined);
    await clock.settle();
    expect(annotations()).toMatchObject({ 'sluice.dev/decision-by': 'bob' });
    take();
    await clock.advance('300ms');
    expect(await first).toMatchObject({ kind: 'recorded', decision: { by: 'bob' } });
    expect(annotations()).toMatchObject({ 'sluice.dev/decision-by': 'alice' });
    take();
    expect(await second).toMatchObject({ kind: 'recorded', decision: { by: 'alice' } });
  });
});
