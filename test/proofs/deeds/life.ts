import { canaries } from '@sluice/sluice/api/resources.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { ApiFault } from '../../support/fakes/api-faults.ts';
import type { HookReply, MetricReply } from '../../support/fakes/fake-receiver.ts';
import { namespace } from '../../support/scenario/objects.ts';
import type { WatchFault } from '../../support/fakes/watch-faults.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import { annotateDecision } from '../../support/scenario/decide.ts';
import { deed } from './deed.ts';
import type { Deed } from '../world.ts';

/** What a rollout meets every day: time, new versions, answers, pods that come and go, processes that die. */

export const images = ['podinfo:1', 'podinfo:2', 'podinfo:3'];
export const sides = ['podinfo', 'podinfo-primary'];

export const wait = (seconds: number): Deed =>
  deed(`${seconds} s`, (scenario) => scenario.clock.advance(seconds * 1_000));
export const ship = (image: string): Deed => deed(`ship ${image}`, (scenario) => scenario.ship(image));
export const reply = (path: string, answer: HookReply): Deed =>
  deed(`${path} says ${JSON.stringify(answer)}`, (scenario) => scenario.receiver.reply(path, answer));
export const health = (image: string, app: string, up: boolean): Deed =>
  deed(`${image} of ${app} ${up ? 'up' : 'down'}`, (scenario) => scenario.kubelet.setHealthy(image, up, app));
export const measure = (value: MetricReply): Deed =>
  deed(`measured ${String(value)}`, (scenario) => void (scenario.measured.value = value));

/** Dead for a while: nobody guards anything meanwhile. */
export const crash = (seconds: number): Deed =>
  deed(`crash, ${seconds} s nobody`, async (scenario) => {
    scenario.kill();
    if (seconds > 0) await scenario.clock.advance(seconds * 1_000);
    await scenario.replace();
  });
export const restart: Deed = deed('restart', (scenario) => scenario.restart());
/** The next `times` writes whose path matches go wrong. */
export const fault = (path: string, kind: ApiFault, times: number): Deed =>
  deed(`${kind} at ${times} writes of ${path}`, (scenario) =>
    scenario.api.break(new RegExp(`^(PATCH|POST) .*${path}`), kind, times),
  );
/** What the controller hears of a kind breaks off; it lists and watches anew. */
export const deaf = (plural: string, kind: WatchFault): Deed =>
  deed(
    `the watch of ${plural}: ${kind}`,
    ({ api }) => void api.watches.break(new RegExp(`/${plural}$`), kind),
  );

/** The Canary unless it is gone or about to be. */
export function livingCanary({ store }: Scenario): AnyKubeObject | undefined {
  const found = store.get(canaries, { namespace, name: 'podinfo' });
  return found?.metadata.deletionTimestamp === undefined ? found : undefined;
}

export const suspend = (on: boolean): Deed =>
  deed(on ? 'suspend' : 'resume', (scenario) => {
    if (livingCanary(scenario) !== undefined) scenario.edit(() => ({ suspend: on }));
  });
export const abort: Deed = deed('abort', (scenario) => {
  const canary = livingCanary(scenario);
  if (canary === undefined) return;
  const annotations = { ...canary.metadata.annotations, 'sluice.dev/abort': String(scenario.clock.now()) };
  scenario.store.update(canaries, { ...canary, metadata: { ...canary.metadata, annotations } });
});

/** A person decides. A pause ends by itself, or nobody could say when a story is over. */
export const decide = (verb: 'pause' | 'resume' | 'promote' | 'retry' | 'undo'): Deed =>
  deed(`a person decides: ${verb}`, (scenario) => {
    if (livingCanary(scenario) === undefined) return;
    const now = scenario.clock.now();
    const until = verb === 'pause' ? { until: new Date(now + 60_000).toISOString() } : {};
    annotateDecision(scenario, { verb, reason: String(now), ...until });
  });
