import { expect, it } from 'vitest';
import { createFakeClock } from '../../../test/support/fakes/fake-clock.ts';
import { events } from '@sluice/kube/objects/resources.ts';
import { boundEvents } from './bound-events.ts';
import { createEventRecorder } from './event-recorder.ts';
import { createStore } from './store/store.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'default', name: 'web', uid: 'u1' } };

function createEvents() {
  const clock = createFakeClock();
  const store = createStore({ now: () => clock.now() });
  const record = createEventRecorder({ store, now: () => clock.now(), component: 'test' });
  const counts = () => store.list(events).map(({ message, count }) => ({ message, count }));
  return { clock, store, record, counts };
}

it('the same words about the same object are one Event with a count', () => {
  const { record, counts } = createEvents();
  for (const message of ['one', 'two', 'one']) record(pod, 'Warning', 'Unhealthy', message);
  expect(counts()).toEqual([
    { message: 'one', count: 2 },
    { message: 'two', count: 1 },
  ]);
});

it('an Event in a namespace that is gone is dropped without a failure', () => {
  const { record, counts } = createEvents();
  record({ ...pod, metadata: { ...pod.metadata, namespace: 'gone' } }, 'Normal', 'Killing', 'x');
  expect(counts()).toEqual([]);
});

it('of too many Events the ones that were written longest ago go', async () => {
  const { clock, store, record, counts } = createEvents();
  const stop = boundEvents(store, clock, 2);
  for (const message of ['one', 'two', 'one', 'three']) record(pod, 'Normal', 'Started', message);
  await clock.advance(0);
  expect(counts().map(({ message }) => message)).toEqual(['one', 'three']);
  stop();
});
