import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, deployments, namespaces } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
// Loaded with the first freeze; here before the fake clock runs.
import '@sluice/sluice/rules/people/freeze-windows.ts';
import { decideAs } from '../support/scenario/decide.ts';
import { neighbour } from '../support/scenario/neighbour.ts';
import { withImage } from '../support/scenario/objects.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

const everywhere = { freezes: { everywhere: 'sluice-system' } };

/** A freeze from a minute before `start` of the fake clock until `minutes` after it. */
const freeze = (scenario: Scenario, minutes: number, namespace = 'test'): AnyKubeObject => {
  const at = (offset: number): string => new Date(scenario.clock.now() + offset * 60_000).toISOString();
  const windows = `- { name: year end, from: "${at(-1)}", to: "${at(minutes)}", reason: few on call }`;
  return freezeOf(windows, namespace);
};
const freezeOf = (windows: string, namespace = 'test'): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'freezes', namespace, labels: { 'sluice.dev/freeze': 'true' } },
  data: { windows },
});

const space = (name: string) =>
  [namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }] as const;
const rest = (options: ScenarioOptions = {}): Promise<Scenario> =>
  initialized({ ...everywhere, objects: [space('other'), space('sluice-system')], ...options });

describe('a freeze', () => {
  it('lets no run start, says why and until when, and ends by itself', async () => {
    const scenario = await rest();
    scenario.store.create(configMaps, freeze(scenario, 10));
    await scenario.clock.advance('2s');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.reason === 'Frozen');
    expect(scenario.status().waiting?.message).toContain(
      'freeze "year end" of ConfigMap test/freezes: few on call',
    );
    await scenario.clock.advance('9m');
    expect(scenario.status().phase).toBe('Initialized');
    await scenario.reaches('Progressing', 62_000);
    expect(scenario.events().filter((event) => event === 'Warning Frozen')).toHaveLength(1);
  });

  it('leaves a run that is on alone', async () => {
    const scenario = await progressing(everywhere);
    scenario.store.create(configMaps, freeze(scenario, 60));
    await scenario.reaches('Succeeded');
  });

  it('holds a newer revision that comes in mid-run, with the traffic at the primary', async () => {
    const scenario = await progressing(everywhere);
    scenario.store.create(configMaps, freeze(scenario, 60));
    await scenario.clock.advance('1s');
    scenario.ship('podinfo:3');
    await scenario.clock.advance('2m');
    expect(scenario.status().phase).toBe('Waiting');
    expect(scenario.weight()).toBe(0);
  });

  it('that is taken away ends at once', async () => {
    const scenario = await rest();
    scenario.store.create(configMaps, freeze(scenario, 60));
    await scenario.clock.advance('1s');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.reason === 'Frozen');
    scenario.store.delete(configMaps, { namespace: 'test', name: 'freezes' });
    await scenario.reaches('Progressing', 1_000);
  });

  it('of the namespace of the Lease holds everywhere, that of another namespace nobody here', async () => {
    const scenario = await rest();
    scenario.store.create(configMaps, freeze(scenario, 60, 'other'));
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    scenario.store.create(configMaps, freeze(scenario, 60, 'sluice-system'));
    await scenario.clock.advance('1s');
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.status().waiting?.reason === 'Frozen');
  });

  it('that cannot be read holds, and says where', async () => {
    const scenario = await rest();
    scenario.store.create(configMaps, freezeOf('- { from: soon }'));
    await scenario.clock.advance('1s');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.reason === 'Frozen');
    expect(scenario.status().waiting?.message).toContain('windows[0].from: "soon" is no time');
  });

  it('can be overridden for one revision, with a reason', async () => {
    const scenario = await rest();
    scenario.store.create(configMaps, freeze(scenario, 600));
    await scenario.clock.advance('1s');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.reason === 'Frozen');
    expect(await decideAs(scenario, { verb: 'start' })).toMatchObject({ result: 'refused' });
    await decideAs(scenario, { verb: 'start', reason: 'INC-1' });
    await scenario.reaches('Succeeded');
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.status().waiting?.reason === 'Frozen');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
  });

  it('is not overridden by a decision about another revision', async () => {
    const scenario = await rest();
    scenario.store.create(configMaps, freeze(scenario, 600));
    await scenario.clock.advance('1s');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.reason === 'Frozen');
    const answer = await decideAs(scenario, { verb: 'start', for: '0123456789', reason: 'INC-1' });
    expect(answer).toMatchObject({ result: 'refused' });
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Initialized');
  });

  it('does not keep anybody from going back', async () => {
    const scenario = await progressing(everywhere);
    await scenario.reaches('Succeeded');
    scenario.store.create(configMaps, freeze(scenario, 600));
    await scenario.clock.advance('1s');
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.status().waiting?.reason === 'Frozen');
    await decideAs(scenario, { verb: 'undo' });
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:1');
  });
});

describe('with one rollout at a time', () => {
  const one = { controllerOptions: { mostRuns: { all: 1, perNamespace: 0 } } };
  const shipOther = ({ store }: Scenario, image: string): void => {
    const other = store.get(deployments, { namespace: 'test', name: 'other' });
    if (other === undefined) throw new Error('no neighbour');
    store.update(deployments, withImage(other, image));
  };
  const phaseOfOther = ({ store }: Scenario): unknown =>
    (store.get(canaries, { namespace: 'test', name: 'other' })?.['status'] as { phase?: unknown } | undefined)
      ?.phase;

  it('the second waits in the queue, and starts at once when the first ends', async () => {
    const scenario = await initialized({ objects: neighbour(), ...one });
    await scenario.until(() => phaseOfOther(scenario) === 'Initialized');
    shipOther(scenario, 'other:2');
    await scenario.until(() => phaseOfOther(scenario) === 'Progressing');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.reason === 'Queued');
    expect(scenario.status().waiting?.message).toContain('place 1 in the queue');
    expect(scenario.status().phase).toBe('Initialized');
    await scenario.until(() => phaseOfOther(scenario) === 'Succeeded');
    await scenario.reaches('Progressing', 1_000);
    await scenario.reaches('Succeeded');
  });

  it('two that are shipped in the same moment never run together', async () => {
    const scenario = await initialized({ objects: neighbour(), ...one });
    await scenario.until(() => phaseOfOther(scenario) === 'Initialized');
    const running = (phase: unknown): boolean =>
      phase === 'Progressing' || phase === 'Promoting' || phase === 'Finalising';
    shipOther(scenario, 'other:2');
    scenario.ship('podinfo:2');
    let together = false;
    await scenario.until(() => {
      together ||= running(phaseOfOther(scenario)) && running(scenario.status().phase);
      return phaseOfOther(scenario) === 'Succeeded' && scenario.status().phase === 'Succeeded';
    }, 300_000);
    expect(together).toBe(false);
  });

  it('a person can start a run out of turn', async () => {
    const scenario = await initialized({ objects: neighbour(), ...one });
    await scenario.until(() => phaseOfOther(scenario) === 'Initialized');
    shipOther(scenario, 'other:2');
    await scenario.until(() => phaseOfOther(scenario) === 'Progressing');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.reason === 'Queued');
    await decideAs(scenario, { verb: 'start', reason: 'INC-1' });
    await scenario.reaches('Progressing', 1_000);
    expect(phaseOfOther(scenario)).toBe('Progressing');
  });
});
