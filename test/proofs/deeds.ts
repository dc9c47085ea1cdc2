import fc from 'fast-check';
import type { AnyKubeObject } from '../../src/api/kube-object.ts';
import { canaries, deployments, httpRoutes, services } from '../../src/api/resources.ts';
import { asRecord } from '../../src/lib/json-read.ts';
import type { ApiFault } from '../support/api-faults.ts';
import type { HookReply, MetricReply } from '../support/fake-receiver.ts';
import { namespace } from '../support/scenario-objects.ts';
import type { Scenario } from '../support/scenario.ts';
import { questionPaths } from './worlds.ts';

/** Something that happens to a rollout from outside; its text is what a counterexample shows. */
export interface Deed {
  readonly text: string;
  toString(): string;
  act(scenario: Scenario): void | Promise<void>;
}

const deed = (text: string, act: Deed['act']): Deed => ({ text, act, toString: () => text });

export const images = ['podinfo:1', 'podinfo:2', 'podinfo:3'];
const sides = ['podinfo', 'podinfo-primary'];
const replies: readonly HookReply[] = [
  200,
  202,
  403,
  500,
  { status: 302, location: '/' },
  'silence',
  'refused',
];

export const wait = (seconds: number): Deed =>
  deed(`${seconds} s`, (scenario) => scenario.clock.advance(seconds * 1_000));
export const ship = (image: string): Deed => deed(`ship ${image}`, (scenario) => scenario.ship(image));
export const reply = (path: string, answer: HookReply): Deed =>
  deed(`${path} says ${JSON.stringify(answer)}`, (scenario) => scenario.receiver.reply(path, answer));
export const health = (image: string, app: string, up: boolean): Deed =>
  deed(`${image} of ${app} ${up ? 'up' : 'down'}`, (scenario) => scenario.kubelet.setHealthy(image, up, app));
const measure = (value: MetricReply): Deed =>
  deed(`measured ${String(value)}`, (scenario) => void (scenario.measured.value = value));
/** Dead for a while: nobody guards anything meanwhile. */
export const crash = (seconds: number): Deed =>
  deed(`crash, ${seconds} s nobody`, async (scenario) => {
    scenario.kill();
    if (seconds > 0) await scenario.clock.advance(seconds * 1_000);
    await scenario.replace();
  });
const restart: Deed = deed('restart', (scenario) => scenario.restart());
const fault = (path: string, kind: ApiFault, times: number): Deed =>
  deed(`${kind} at ${times} writes of ${path}`, (scenario) =>
    scenario.api.break(new RegExp(`^(PATCH|POST) .*${path}`), kind, times),
  );
const suspend = (on: boolean): Deed =>
  deed(on ? 'suspend' : 'resume', (scenario) => scenario.edit(() => ({ suspend: on })));
const abort: Deed = deed('abort', (scenario) => {
  const canary = scenario.store.get(canaries, { namespace, name: 'podinfo' });
  if (canary === undefined) return;
  const annotations = { ...canary.metadata.annotations, 'sluice.dev/abort': String(scenario.clock.now()) };
  scenario.store.update(canaries, { ...canary, metadata: { ...canary.metadata, annotations } });
});

const scaled =
  (name: string, replicas: number): Deed['act'] =>
  ({ store }) => {
    const found = store.get(deployments, { namespace, name });
    if (found !== undefined)
      store.update(deployments, { ...found, spec: { ...asRecord(found['spec']), replicas } });
  };

const skewed = (route: AnyKubeObject): AnyKubeObject =>
  JSON.parse(JSON.stringify(route).replaceAll(/"weight":\d+/g, '"weight":50')) as AnyKubeObject;

const meddling: readonly Deed[] = [
  deed('somebody deletes the route', ({ store, route }) => {
    if (route() !== undefined) store.delete(httpRoutes, { namespace, name: 'podinfo' });
  }),
  deed('somebody sets all weights of the route to 50', ({ store, route }) => {
    const found = route();
    if (found !== undefined) store.update(httpRoutes, skewed(found));
  }),
  deed('somebody deletes service podinfo-canary', ({ store }) => {
    const ref = { namespace, name: 'podinfo-canary' };
    if (store.get(services, ref) !== undefined) store.delete(services, ref);
  }),
  deed('somebody scales podinfo to 0', scaled('podinfo', 0)),
  deed('somebody scales podinfo to 3', scaled('podinfo', 3)),
  deed('somebody scales podinfo-primary to 0', scaled('podinfo-primary', 0)),
  deed('somebody deletes podinfo-primary', ({ store, deployment }) => {
    if (deployment('podinfo-primary') !== undefined)
      store.delete(deployments, { namespace, name: 'podinfo-primary' });
  }),
  deed('the gateway refuses routes', ({ dataPlane }) => dataPlane.refuse('NoMatchingParent')),
  deed('the gateway accepts routes', ({ dataPlane }) => dataPlane.refuse(undefined)),
];

/** All is well again; what somebody took away is back. */
export async function cure(scenario: Scenario): Promise<void> {
  scenario.edit(() => ({ suspend: false }));
  for (const image of images) for (const app of sides) scenario.kubelet.setHealthy(image, true, app);
  for (const [path, answer] of questionPaths) scenario.receiver.reply(path, answer);
  scenario.receiver.reply('/post', 200);
  scenario.receiver.reply('/event', 200);
  scenario.measured.value = 100;
  scenario.dataPlane.refuse(undefined);
  scenario.api.heal();
  const primary = scenario.deployment('podinfo-primary');
  if (primary !== undefined && scenario.replicas('podinfo-primary') === 0)
    await scaled('podinfo-primary', 2)(scenario);
}

const anyImage = fc.constantFrom('podinfo:2', 'podinfo:3', 'podinfo:2', 'podinfo:3', 'podinfo:1');
const faults: readonly ApiFault[] = [500, 409, 403, 404, 'lost', 'unreached', 'silence'];
const faulted = ['status$', 'httproutes', 'deployments', 'services', ''];

const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 7, arbitrary: fc.integer({ min: 1, max: 40 }).map(wait) },
  { weight: 4, arbitrary: anyImage.map(ship) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...images), fc.constantFrom(...sides), fc.boolean())
      .map(([image, app, up]) => health(image, app, up)),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...questionPaths.keys(), '/post', '/event'), fc.constantFrom(...replies))
      .map(([path, answer]) => reply(path, answer)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<MetricReply>(100, 50, undefined, 'NaN', 'error').map(measure),
  },
  { weight: 1, arbitrary: fc.constantFrom(0, 0, 20).map(crash) },
  { weight: 1, arbitrary: fc.constant(restart) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...faulted), fc.constantFrom(...faults), fc.integer({ min: 1, max: 3 }))
      .map(([path, kind, times]) => fault(path, kind, times)),
  },
  { weight: 1, arbitrary: fc.boolean().map(suspend) },
  { weight: 1, arbitrary: fc.constant(abort) },
  { weight: 2, arbitrary: fc.constantFrom(...meddling) },
);

/** A story begins with a revision, or there would be little to tell. */
export const story: fc.Arbitrary<readonly Deed[]> = fc
  .array(anyDeed, { maxLength: 16 })
  .map((deeds) => [ship('podinfo:2'), ...deeds]);

const shared = /restart|crash|gateway|measured| writes of /;
const ownFaults = fc
  .tuple(fc.constantFrom(...faults), fc.integer({ min: 0, max: 8 }))
  .map(([kind, times]) => fault('/podinfo(-primary|-canary)?(/status)?$', kind, times));

/** A story that befalls this canary alone: no process dies, and what breaks is its own. */
export const ownStory: fc.Arbitrary<readonly Deed[]> = fc
  .tuple(ownFaults, story)
  .map(([broken, deeds]) => [broken, ...deeds.filter(({ text }) => !shared.test(text))]);
