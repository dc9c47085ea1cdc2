import fc from 'fast-check';
import type { ApiFault } from '../../support/fakes/api-faults.ts';
import type { HookReply, MetricReply } from '../../support/fakes/fake-receiver.ts';
import type { WatchFault } from '../../support/fakes/watch-faults.ts';
import { questionPaths } from '../worlds.ts';
import type { Deed } from '../world.ts';
import { failingDeeds } from './duties.ts';
import { configurations, creation, deletion, edits } from './edits.ts';
import {
  abort,
  decide,
  crash,
  deaf,
  fault,
  health,
  images,
  measure,
  reply,
  restart,
  ship,
  sides,
  suspend,
  wait,
} from './life.ts';
import { meddling } from './meddling.ts';

const replies: readonly HookReply[] = [
  200,
  202,
  403,
  500,
  { status: 302, location: '/' },
  'silence',
  'refused',
];
const anyImage = fc.constantFrom('podinfo:2', 'podinfo:3', 'podinfo:2', 'podinfo:3', 'podinfo:1');
const faults: readonly ApiFault[] = [500, 409, 403, 404, 429, 'lost', 'unreached', 'silence', 'slow'];
const faulted = [
  'status$',
  'httproutes',
  'deployments',
  'services',
  'horizontalpodautoscalers',
  '-primary$',
  '',
];
/** EndpointSlices are not among them: a guard cannot know what nobody told it, for as long as a new list takes. */
const watched = ['canaries', 'deployments', 'httproutes', 'services', 'configmaps', 'secrets'];
const watchFaults: readonly WatchFault[] = ['ends', 'reset', 'gone', 'silent'];

const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 40 }).map(wait) },
  { weight: 5, arbitrary: anyImage.map(ship) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom(...images), fc.constantFrom(...sides), fc.boolean())
      .map(([image, app, up]) => health(image, app, up)),
  },
  {
    weight: 5,
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
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...faulted), fc.constantFrom(...faults), fc.integer({ min: 1, max: 3 }))
      .map(([path, kind, times]) => fault(path, kind, times)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...watched), fc.constantFrom(...watchFaults))
      .map(([plural, kind]) => deaf(plural, kind)),
  },
  { weight: 1, arbitrary: fc.boolean().map(suspend) },
  { weight: 1, arbitrary: fc.constant(abort) },
  { weight: 2, arbitrary: fc.constantFrom('pause', 'resume', 'promote', 'retry', 'undo').map(decide) },
  { weight: 3, arbitrary: fc.constantFrom(...meddling) },
  { weight: 1, arbitrary: fc.constantFrom(...failingDeeds) },
  { weight: 2, arbitrary: fc.constantFrom(...edits) },
  { weight: 2, arbitrary: fc.constantFrom(...configurations) },
  { weight: 1, arbitrary: fc.constantFrom(deletion, creation, creation) },
);

/** A story begins with a revision, or there would be little to tell. */
export const story: fc.Arbitrary<readonly Deed[]> = fc
  .array(anyDeed, { maxLength: 16 })
  .map((deeds) => [ship('podinfo:2'), ...deeds]);

const shared = /restart|crash|gateway|measured|the watch of| writes? of |answered with|refuses nothing/;
const ownFaults = fc
  .tuple(fc.constantFrom(...faults), fc.integer({ min: 0, max: 8 }))
  .map(([kind, times]) => fault('/podinfo(-primary|-canary)?(/status)?$', kind, times));

/** A story that befalls this canary alone: no process dies, and what breaks is its own. */
export const ownStory: fc.Arbitrary<readonly Deed[]> = fc
  .tuple(ownFaults, story)
  .map(([broken, deeds]) => [broken, ...deeds.filter(({ text }) => !shared.test(text))]);
