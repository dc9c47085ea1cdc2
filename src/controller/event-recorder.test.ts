import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { createFakeLog } from '../../test/support/fake-log.ts';
import { createLocalKube } from '../../test/support/local-kube.ts';
import { podinfoCanary } from '../../test/support/podinfo-objects.ts';
import { events, namespaces } from '../api/resources.ts';
import { createEventRecorder } from './event-recorder.ts';

const create = () => {
  const clock = createFakeClock();
  const kube = createLocalKube(clock);
  kube.store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
  const log = createFakeLog();
  const recorder = createEventRecorder({ client: kube.client(), clock, log, component: 'sluice' });
  return { recorder, store: kube.store };
};

describe('Events of a canary', () => {
  it('have names that sort as they happened, within one millisecond, too', async () => {
    const { recorder, store } = create();
    const reasons = ['RunStarted', 'AnalysisStarted', 'WeightChanged', 'Promoting'];
    for (const reason of reasons)
      recorder.record(podinfoCanary(), { type: 'Normal', reason, message: reason });
    await recorder.flush();

    const byName = [...store.list(events, { namespace: 'test' })].sort((a, b) =>
      a.metadata.name < b.metadata.name ? -1 : 1,
    );
    expect(byName.map((event) => event['reason'])).toEqual(reasons);
  });

  it('name the canary they are about, and who says so', async () => {
    const { recorder, store } = create();
    recorder.record(podinfoCanary(), { type: 'Warning', reason: 'RolledBack', message: 'why' });
    await recorder.flush();

    expect(store.list(events, { namespace: 'test' })[0]).toMatchObject({
      type: 'Warning',
      involvedObject: { kind: 'Canary', name: 'podinfo', namespace: 'test' },
      source: { component: 'sluice' },
    });
  });
});
