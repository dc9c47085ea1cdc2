import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, deployments, secrets } from '@sluice/kube/objects/resources.ts';
import { configChecksum } from '@sluice/sluice/rules/configs/config-checksum.ts';
import {
  changeConfig,
  configMap,
  copyOf,
  podSpecOf,
  reading,
  readingOptionally,
  secret,
} from '../support/scenario/configs.ts';
import type { ApiFault } from '../support/fakes/api-faults.ts';
import { countWrites, dieAfterWrite } from '../support/checks/fatal-writes.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

const settings = configMap('settings', { color: 'blue' });
const both = [
  [configMaps, settings],
  [secrets, secret('key', { token: 'b25l' })],
] as const;

async function tracked(options: ScenarioOptions = {}): Promise<Scenario> {
  const scenario = await createScenario({
    target: reading('envFrom configMap', 'volume secret'),
    objects: both,
    ...options,
  });
  await scenario.reaches('Initialized');
  return scenario;
}

const warnings = (scenario: Scenario, reason: string): number =>
  scenario.events().filter((event) => event === `Warning ${reason}`).length;

// 404: the cache still has it.
const faults: readonly ApiFault[] = [403, 404, 429, 500, 'unreached', 'silence'];

describe('a ConfigMap that cannot be read', () => {
  it.each(faults)('because of %s is no change: nothing starts until it can be', async (fault) => {
    const scenario = await tracked();
    scenario.api.break(/GET .*configmaps\/settings$/, fault, 4);
    const object = scenario.store.get(configMaps, { namespace: 'test', name: 'settings' }) as AnyKubeObject;
    scenario.store.update(configMaps, { ...object, metadata: { ...object.metadata, labels: { a: 'b' } } });
    await scenario.clock.advance('3s');
    scenario.ship('podinfo:2');
    await scenario.clock.advance('100ms');
    const { phase, trackedConfigs } = scenario.status();
    expect(phase).toBe('Initialized');
    expect(trackedConfigs).toHaveProperty('configmap/settings', configChecksum(settings));
    await scenario.reaches('Succeeded', 300_000);
    expect(scenario.history.phases.filter((seen) => seen === 'Progressing')).toHaveLength(1);
  });

  it('by the controller is said on the canary, once, and cured without a word', async () => {
    const scenario = await tracked();
    scenario.api.break(/GET .*configmaps\/settings$/, 403, 5);
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.clock.advance('3s');
    expect(scenario.status().waiting).toMatchObject({ for: 'api' });
    expect(scenario.status().waiting?.message).toContain('ConfigMap test/settings cannot be read');
    expect(warnings(scenario, 'ConfigUnreadable')).toBe(1);
    await scenario.reaches('Succeeded', 300_000);
    expect(scenario.status().waiting).toBeUndefined();
  });

  it('in the middle of a run holds back its promotion, and not its checks nor its rollback', async () => {
    const scenario = await tracked({ hooks: [['rollback', '/brake']], replies: { '/brake': 403 } });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    scenario.api.break(/GET .*configmaps\/settings$/, 500, 1_000);
    const object = scenario.store.get(configMaps, { namespace: 'test', name: 'settings' }) as AnyKubeObject;
    scenario.store.update(configMaps, { ...object, metadata: { ...object.metadata, labels: { a: 'b' } } });
    await scenario.clock.advance('1m');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    expect(scenario.weight()).toBe(50);
    scenario.receiver.reply('/brake', 200);
    await scenario.reaches('Failed');
    expect(scenario.weight()).toBe(0);
  });

  it('at its promotion holds it back, and nothing more is kept or copied', async () => {
    const scenario = await tracked();
    scenario.api.break(/PATCH .*deployments\/podinfo-primary/, 500, 1_000);
    scenario.ship('podinfo:2');
    await scenario.reaches('Promoting');
    scenario.api.break(/GET .*configmaps\/settings$/, 403, 1_000);
    const object = scenario.store.get(configMaps, { namespace: 'test', name: 'settings' }) as AnyKubeObject;
    scenario.store.update(configMaps, { ...object, metadata: { ...object.metadata, labels: { a: 'b' } } });
    scenario.api.takeRequests();
    await scenario.clock.advance('5s');
    expect(scenario.status().waiting).toMatchObject({ step: 'copy-to-primary', for: 'api' });
    expect(
      scenario.api
        .takeRequests()
        .filter((name) => /^(POST|PATCH) .*(revisions|configmaps|deployments)/.test(name)),
    ).toEqual([]);
    scenario.api.heal();
    await scenario.reaches('Succeeded', 300_000);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
  });

  it('gives a new template none of the traffic that the old one had: the run starts over, and waits', async () => {
    const scenario = await tracked();
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 25);
    scenario.api.break(/GET .*configmaps\/settings$/, 500, 6);
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.clock.advance('1s');
    scenario.ship('podinfo:3');
    await scenario.clock.advance('1s');
    expect(scenario.weight()).toBe(0);
    expect(scenario.status().waiting).toMatchObject({ step: 'wait-for-configs', for: 'api' });
    await scenario.reaches('Succeeded', 300_000);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'red' });
  });

  it('fails a run that waits for it beyond the progress deadline', async () => {
    const scenario = await tracked({ spec: { progressDeadlineSeconds: 30 } });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().phase === 'Progressing');
    scenario.api.break(/GET .*configmaps\/settings$/, 403, 1_000);
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    scenario.ship('podinfo:3');
    await scenario.reaches('Failed', 60_000);
    expect(scenario.status().run?.cause).toContain('cannot be read');
  });

  it('is not asked for again and again', async () => {
    const scenario = await tracked();
    scenario.api.break(/GET .*configmaps\/settings$/, 500, 1_000);
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    scenario.api.takeRequests();
    await scenario.clock.advance('10m');
    const asked = scenario.api.takeRequests().filter((request) => request.endsWith('configmaps/settings'));
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.length).toBeLessThan(25);
  });

  it('leaves no content in status, events or log', async () => {
    const scenario = await tracked();
    changeConfig(scenario, secrets, 'key', { token: 'c2VjcmV0LXZhbHVl' });
    await scenario.reaches('Succeeded');
    const seen = JSON.stringify([scenario.status(), scenario.messages(), scenario.log]);
    expect(seen).not.toContain('c2VjcmV0LXZhbHVl');
    expect(seen).not.toContain('secret-value');
  });
});

describe('a ConfigMap that does not exist', () => {
  it('and that the pods need is named; the canary begins when it comes', async () => {
    const scenario = await createScenario({ target: reading('envFrom configMap') });
    await scenario.clock.advance('1m');
    expect(scenario.status().waiting).toMatchObject({ for: 'workload', name: 'settings' });
    expect(scenario.status().waiting?.message).toContain('ConfigMap settings does not exist');
    expect(warnings(scenario, 'ConfigMissing')).toBe(1);
    expect(scenario.deployment('podinfo-primary')).toBeUndefined();
    scenario.store.create(configMaps, settings);
    await scenario.reaches('Initialized');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'blue' });
  });

  it('any more is said, and starts nothing', async () => {
    const scenario = await tracked();
    scenario.store.delete(configMaps, { namespace: 'test', name: 'settings' });
    await scenario.clock.advance('5s');
    scenario.ship('podinfo:2');
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Initialized');
    expect(scenario.status().waiting).toMatchObject({ for: 'workload', name: 'settings' });
    expect(copyOf(scenario, configMaps, 'settings')).toBeDefined();
    scenario.store.create(configMaps, settings);
    await scenario.reaches('Succeeded');
  });

  it('and that the pods can do without is passed over; when it comes, that is a change', async () => {
    const scenario = await createScenario({ target: readingOptionally('envFrom configMap') });
    await scenario.reaches('Initialized');
    scenario.store.create(configMaps, settings);
    await scenario.reaches('Succeeded');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'blue' });
    expect(JSON.stringify(podSpecOf(scenario, 'podinfo-primary'))).toContain('settings-primary');
  });
});

describe('the copies of a primary', () => {
  it('are never of a content that nobody analysed, also when it changes right before the promotion', async () => {
    const scenario = await tracked({ hooks: [['confirm-promotion', '/gate']], replies: { '/gate': 403 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('WaitingPromotion');
    scenario.api.break(/GET .*configmaps\/settings$/, 500, 3);
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    scenario.receiver.reply('/gate', 200);
    const copied: unknown[] = [];
    scenario.store.subscribe(configMaps, ({ object }) => {
      if (object.metadata.name === 'settings-primary')
        copied.push([object['data'], scenario.status().run?.revision]);
    });
    await scenario.reaches('Succeeded', 300_000);
    expect(copied).toEqual([[{ color: 'red' }, scenario.status().run?.revision]]);
    expect(scenario.history.weights).toEqual([25, 50, 0, 25, 50, 0]);
  });

  it('are made anew where they cannot be changed', async () => {
    const scenario = await tracked();
    const copy = copyOf(scenario, configMaps, 'settings') as AnyKubeObject;
    scenario.store.update(configMaps, { ...copy, immutable: true });
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.reaches('Succeeded');
    expect(copyOf(scenario, configMaps, 'settings')).toMatchObject({ data: { color: 'red' } });
    expect(copyOf(scenario, configMaps, 'settings')?.metadata.uid).not.toBe(copy.metadata.uid);
  });

  it('are not written over what somebody else made under their name', async () => {
    const scenario = await createScenario({
      target: reading('envFrom configMap'),
      objects: [...both, [configMaps, configMap('settings-primary', { mine: 'yes' })]],
    });
    await scenario.clock.advance('10s');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ mine: 'yes' });
    expect(scenario.status().waiting).toMatchObject({ step: 'wait-for-valid', for: 'person' });
    expect(scenario.status().waiting?.message).toContain('config-tracking');
  });

  it('stay when the primary was deleted and is built again', async () => {
    const scenario = await tracked();
    const before = copyOf(scenario, configMaps, 'settings');
    scenario.store.delete(deployments, { namespace: 'test', name: 'podinfo-primary' });
    await scenario.until(() => scenario.deployment('podinfo-primary') !== undefined);
    expect(copyOf(scenario, configMaps, 'settings')).toEqual(before);
    expect(JSON.stringify(podSpecOf(scenario, 'podinfo-primary'))).toContain('settings-primary');
  });
});

describe('a controller that dies in a promotion of changed configuration', () => {
  async function promote(scenario: Scenario, color: string): Promise<unknown> {
    scenario.history.clear();
    changeConfig(scenario, configMaps, 'settings', { color });
    changeConfig(scenario, secrets, 'key', { token: Buffer.from(color).toString('base64') });
    await scenario.until(() => scenario.history.phases.at(-1) === 'Succeeded');
    await scenario.clock.advance('3s');
    expect(scenario.status().lastPromotedSpec).toBe(scenario.status().run?.revision);
    return [copyOf(scenario, configMaps, 'settings')?.['data'], copyOf(scenario, secrets, 'key')?.['data']];
  }

  it('after any of its writes is replaced by one that copies what was analysed, and all of it', async () => {
    const scenario = await tracked({ analysis: { interval: '2s', stepWeights: [50] } });
    const writes = await countWrites(scenario, () => promote(scenario, 'undisturbed'));
    expect(writes).toBeGreaterThan(8);
    for (let fatal = 1; fatal <= writes; fatal += 1) {
      dieAfterWrite(scenario, fatal);
      const color = `crash-${fatal}`;
      expect
        .soft(await promote(scenario, color), `after write ${fatal}`)
        .toEqual([{ color }, { token: Buffer.from(color).toString('base64') }]);
    }
  });

  it('between copy and primary, and then it is taken back: the primary reads what it read', async () => {
    const scenario = await tracked();
    scenario.api.onWrite = (request) => {
      if (!request.endsWith('configmaps/settings-primary')) return;
      scenario.api.onWrite = () => undefined;
      scenario.kill();
    };
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    await scenario.until(() => scenario.status().phase === 'Promoting');
    await scenario.clock.advance('1s');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'red' });
    changeConfig(scenario, configMaps, 'settings', { color: 'blue' });
    await scenario.replace();
    await scenario.reaches('Succeeded');
    expect(scenario.events()).toContain('Normal RevisionWithdrawn');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'blue' });
  });

  it.each<ApiFault>([409, 500, 'lost', 'silence'])(
    'and whose copies meet %s first: the run ends as undisturbed',
    async (fault) => {
      const scenario = await tracked();
      scenario.api.break(/(PATCH|POST) .*(configmaps|secrets)/, fault, 3);
      expect(await promote(scenario, 'red')).toEqual([{ color: 'red' }, { token: 'cmVk' }]);
    },
  );
});
