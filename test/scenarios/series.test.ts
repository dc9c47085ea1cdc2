import { describe, expect, it } from 'vitest';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { scenarioCanary } from '../support/scenario/objects.ts';
import { ref } from '../support/scenario/reversal.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const own = 'namespace="test",canary="podinfo"';
const secondsOf = (time: string | undefined): number => Date.parse(time ?? '') / 1000;

/** Series of the canary, whatever their name; the default ones of the process are none. */
const ofCanary = async (scenario: Scenario): Promise<readonly string[]> =>
  (await scenario.exposed()).split('\n').filter((line) => line.includes('podinfo'));

/** A Canary that names the target of the other one. */
const second = { ...scenarioCanary({}), metadata: { name: 'copy', namespace: 'test' } };

describe('the series', () => {
  it('say since when a canary waits for a gate, also after a restart, and nothing once it is open', async () => {
    const scenario = await initialized({
      hooks: [['confirm-rollout', '/gate']],
      replies: { '/gate': 403 },
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Waiting');
    await scenario.clock.advance('1m');
    const since = secondsOf(scenario.status().waiting?.since);
    const expected = [
      `sluice_canary_waiting_since_timestamp_seconds{${own},for="hook",reason="GateClosed"} ${since}`,
    ];
    expect(await scenario.series('sluice_canary_waiting')).toEqual(expected);
    await scenario.restart();
    expect(await scenario.series('sluice_canary_waiting')).toEqual(expected);
    scenario.receiver.reply('/gate', 200);
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('1m');
    expect(await scenario.series('sluice_canary_waiting')).toEqual([]);
  });

  it('have one wait of a canary at a time, all through a run', async () => {
    const scenario = await progressing({
      hooks: [['confirm-promotion', '/gate']],
      replies: { '/gate': 403 },
    });
    const reasons = new Set<string>();
    for (let second = 0; second < 120; second += 1) {
      await scenario.clock.advance('1s');
      const waits = await scenario.series('sluice_canary_waiting');
      expect(waits.length).toBeLessThan(2);
      for (const line of waits) reasons.add(/reason="(\w+)"/.exec(line)?.[1] ?? '');
    }
    expect([...reasons]).toEqual(expect.arrayContaining(['Interval', 'GateClosed']));
  });

  it('name an invalid canary until it is valid, and that it waits for a person', async () => {
    const scenario = await createScenario({ analysis: { stepWeights: [50, 20] } });
    await scenario.until(() => scenario.condition('Invalid') !== undefined);
    expect(await scenario.series('sluice_canary_condition')).toEqual([
      `sluice_canary_condition{${own},type="Invalid"} 1`,
    ]);
    expect((await scenario.series('sluice_canary_waiting'))[0]).toContain('for="person",reason="Invalid"');
    scenario.edit((spec) => ({ analysis: { ...spec.analysis, stepWeights: [20, 50] } }));
    await scenario.reaches('Initialized');
    await scenario.clock.advance('2s');
    expect(await scenario.series('sluice_canary_condition')).toEqual([]);
    expect(await scenario.series('sluice_canary_waiting')).toEqual([]);
  });

  it('count the calls of hooks by outcome', async () => {
    const scenario = await progressing({
      hooks: [
        ['rollout', '/check'],
        ['rollback', '/switch', { pollInterval: '1s' }],
        ['confirm-promotion', '/gate'],
      ],
      replies: { '/check': 200, '/switch': 403, '/gate': 'refused' },
    });
    const isFailed = ({ type, outcome }: { readonly type: string; readonly outcome: string }): boolean =>
      type === 'confirm-promotion' && outcome === 'failed';
    await scenario.until(() => scenario.status().hooks?.some(isFailed) === true);
    const calls = (await scenario.series('sluice_hook_calls_total')).map((line) => line.replace(/ .*/, ''));
    expect(calls.toSorted()).toEqual(
      [
        `sluice_hook_calls_total{${own},type="confirm-promotion",outcome="failed"}`,
        `sluice_hook_calls_total{${own},type="rollback",outcome="denied"}`,
        `sluice_hook_calls_total{${own},type="rollout",outcome="passed"}`,
      ].toSorted(),
    );
    const checks = scenario.receiver.calls('/check').length;
    expect(await scenario.series('sluice_hook_calls_total')).toContain(
      `sluice_hook_calls_total{${own},type="rollout",outcome="passed"} ${checks}`,
    );
    expect(await scenario.series('sluice_hook_duration_seconds_count')).toContain(
      `sluice_hook_duration_seconds_count{namespace="test",type="rollout"} ${checks}`,
    );
  });

  it('say since when an announcement is not taken, and count it once it is given up', async () => {
    const scenario = await initialized({ hooks: [['event', '/event']], replies: { '/event': 404 } });
    expect(await scenario.series('sluice_canary_dead_letters')).toEqual([
      `sluice_canary_dead_letters_total{${own}} 0`,
    ]);
    const oldest = secondsOf(scenario.status().outbox?.[0]?.at);
    expect(await scenario.series('sluice_canary_outbox')).toEqual([
      `sluice_canary_outbox_oldest_timestamp_seconds{${own}} ${oldest}`,
    ]);
    await scenario.until(() => scenario.status().deadLetters !== undefined, 3_600_000);
    await scenario.clock.advance('30m');
    const given = scenario.status().deadLetters?.length ?? 0;
    expect(given).toBeGreaterThan(0);
    expect(await scenario.series('sluice_canary_dead_letters')).toEqual([
      `sluice_canary_dead_letters_total{${own}} ${given}`,
    ]);
    expect(await scenario.series('sluice_canary_outbox')).toEqual([]);
  });

  it('go with their canary, and neither a call that ends later nor its farewell brings one back', async () => {
    const scenario = await progressing({
      hooks: [
        ['rollout', '/slow', { timeout: '10m' }],
        ['post-rollout', '/end'],
      ],
      replies: { '/slow': 'silence', '/end': 200 },
    });
    await scenario.until(() => scenario.receiver.calls('/slow').length === 1);
    expect((await ofCanary(scenario)).length).toBeGreaterThan(10);
    scenario.store.delete(canaries, ref);
    await scenario.clock.advance('2m');
    expect(scenario.receiver.calls('/end').length).toBeGreaterThan(0);
    expect(await ofCanary(scenario)).toEqual([]);
    expect(await scenario.series('sluice_hook')).toEqual([]);
  });

  it('of a target stay with the Canary that has it when a second one that named it goes', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('1m');
    scenario.store.create(canaries, second);
    await scenario.clock.advance('2s');
    expect(await scenario.series('sluice_canary_condition')).toEqual([
      'sluice_canary_condition{namespace="test",canary="copy",type="Invalid"} 1',
    ]);
    scenario.store.delete(canaries, { namespace: 'test', name: 'copy' });
    await scenario.clock.advance('2s');
    expect(await scenario.series('flagger_canary_status')).toHaveLength(1);
    expect(await scenario.series('sluice_canary_condition')).toEqual([]);
  });

  it('of a target are those of the Canary that has it, whatever a second one is at', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('1m');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    const weights = await scenario.series('flagger_canary_weight');
    expect(weights).toContain('flagger_canary_weight{workload="podinfo",namespace="test"} 25');
    const made = scenario.store.create(canaries, second);
    await scenario.clock.advance('1s');
    // Only the second one has a pass now.
    const labels = { team: 'b' };
    const latest = scenario.store.get(canaries, second.metadata) ?? made;
    scenario.store.update(canaries, { ...latest, metadata: { ...latest.metadata, labels } });
    await scenario.clock.advance('100ms');
    expect(await scenario.series('sluice_canary_condition')).toHaveLength(1);
    expect(await scenario.series('flagger_canary_weight')).toEqual(weights);
    expect(await scenario.series('flagger_canary_status')).toEqual([
      'flagger_canary_status{name="podinfo",namespace="test"} 0',
    ]);
  });

  it('go with the target that a canary no longer names', async () => {
    const scenario = await initialized();
    scenario.edit(() => ({ targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'other' } }));
    await scenario.clock.advance('2s');
    expect((await scenario.exposed()).split('\n').filter((line) => line.includes('name="podinfo"'))).toEqual(
      [],
    );
  });

  it('are four of a canary that had no run, and fifteen more with its first one', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('1m');
    expect(await ofCanary(scenario)).toHaveLength(4);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('1m');
    expect(await ofCanary(scenario)).toHaveLength(19);
  });

  it('say whether this process leads', async () => {
    let leads = true;
    const scenario = await initialized({ mayAct: () => leads });
    expect(await scenario.series('sluice_leader')).toEqual(['sluice_leader 1']);
    leads = false;
    expect(await scenario.series('sluice_leader')).toEqual(['sluice_leader 0']);
    expect(await scenario.series('workqueue_depth')).toEqual(['workqueue_depth{name="canaries"} 0']);
  });
});
