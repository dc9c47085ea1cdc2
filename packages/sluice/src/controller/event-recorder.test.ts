import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createFakeLog } from '../../../../test/support/fakes/fake-log.ts';
import { createLocalKube } from '../../../../test/support/fakes/local-kube.ts';
import { podinfoCanary } from '../../../../test/support/rigs/podinfo-objects.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { events, namespaces } from '@sluice/kube/objects/resources.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { createEventRecorder } from './event-recorder.ts';

const create = () => {
  const clock = createFakeClock();
  const kube = createLocalKube(clock);
  kube.store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
  const log = createFakeLog();
  const recorder = createEventRecorder({ client: kube.client(), clock, log, component: 'sluice' });
  return { recorder, store: kube.store };
};

/** Events as `send` takes them. */
function createWith(send: (event: AnyKubeObject, signal: AbortSignal) => Promise<AnyKubeObject>) {
  const clock = createFakeClock();
  const client: KubeClient = {
    ...createLocalKube(clock).client(),
    create: (_resource, event, signal) => send(event, signal),
  };
  return {
    clock,
    recorder: createEventRecorder({ client, clock, log: createFakeLog(), component: 'sluice' }),
  };
}

const farAway = Date.parse('2100-01-01T00:00:00Z');

describe('Events of a canary', () => {
  it('that nobody takes are let go at the deadline of a shutdown', async () => {
    const { clock, recorder } = createWith(
      (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    );
    for (const reason of ['One', 'Two', 'Three'])
      recorder.record(podinfoCanary(), { type: 'Normal', reason, message: reason });
    const flushed = recorder.flush(clock.now() + 5000).then(() => true);
    await clock.advance('5s');
    expect(await flushed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('have names that sort as they happened, within one millisecond, too', async () => {
    const { recorder, store } = create();
    const reasons = ['RunStarted', 'AnalysisStarted', 'WeightChanged', 'Promoting'];
    for (const reason of reasons)
      recorder.record(podinfoCanary(), { type: 'Normal', reason, message: reason });
    await recorder.flush(farAway);

    const byName = [...store.list(events, { namespace: 'test' })].sort((a, b) =>
      a.metadata.name < b.metadata.name ? -1 : 1,
    );
    expect(byName.map((event) => event['reason'])).toEqual(reasons);
  });

  it('name the canary they are about, and who says so', async () => {
    const { recorder, store } = create();
    recorder.record(podinfoCanary(), { type: 'Warning', reason: 'RolledBack', message: 'why' });
    await recorder.flush(farAway);

    expect(store.list(events, { namespace: 'test' })[0]).toMatchObject({
      type: 'Warning',
      involvedObject: { kind: 'Canary', name: 'podinfo', namespace: 'test' },
      source: { component: 'sluice' },
    });
  });

  it('are bounded while the API server is slow: the oldest of those that wait go', async () => {
    const sent: unknown[] = [];
    const gate = Promise.withResolvers<void>();
    const { recorder } = createWith(async (event) => {
      await gate.promise;
      sent.push(event['reason']);
      return event;
    });
    for (let index = 0; index < 600; index += 1)
      recorder.record(podinfoCanary(), { type: 'Normal', reason: `R${index}`, message: '' });
    gate.resolve();
    await recorder.flush(farAway);
    expect(sent).toHaveLength(501);
    expect(sent.at(-1)).toBe('R599');
  });

  it('that get no answer are let go after ten seconds, for the sake of the next ones', async () => {
    const sent: unknown[] = [];
    const { clock, recorder } = createWith((event, signal) => {
      if (event['reason'] !== 'First') return Promise.resolve(sent.push(event['reason'])).then(() => event);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('too late')));
      });
    });
    for (const reason of ['First', 'Second'])
      recorder.record(podinfoCanary(), { type: 'Normal', reason, message: '' });
    await clock.advance('11s');
    expect(sent).toEqual(['Second']);
  });
});
