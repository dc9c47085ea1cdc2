import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createFakeLog } from '../../../../test/support/fakes/fake-log.ts';
import { pods } from '@sluice/kube/objects/resources.ts';
import { createEventRecorder } from '../event-recorder.ts';
import { createStore } from '../store/store.ts';
import { jobs } from './job.ts';
import { startControllers } from './start-controllers.ts';

const ref = { namespace: 'default', name: 'load' };

async function createJob(spec: Readonly<Record<string, unknown>> = {}) {
  const clock = createFakeClock();
  const now = (): number => clock.now();
  const store = createStore({ now });
  const log = createFakeLog();
  startControllers({ store, clock, record: createEventRecorder({ store, now, component: 'test' }) }, log);
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'load', image: 'load:1' }] } };
  store.create(jobs, { apiVersion: 'batch/v1', kind: 'Job', metadata: ref, spec: { template, ...spec } });
  await clock.advance(0);
  const phases = (): unknown[] => store.list(pods).map(({ status }) => Reflect.get(Object(status), 'phase'));
  const end = async (phase: 'Succeeded' | 'Failed'): Promise<void> => {
    const pod = store.list(pods).find(({ status }) => !/Succeeded|Failed/.test(JSON.stringify(status)));
    store.update(pods, { ...pod!, status: { phase } }, { subresource: 'status' });
    await clock.advance(0);
  };
  return { clock, store, phases, end, status: () => store.get(jobs, ref)?.['status'] };
}

describe('a Job', () => {
  it('is complete when its pod has succeeded', async () => {
    const job = await createJob();
    expect(job.status()).toMatchObject({ active: 1 });
    await job.end('Succeeded');
    expect(job.status()).toMatchObject({
      active: 0,
      succeeded: 1,
      conditions: [{ type: 'Complete', status: 'True' }],
    });
    expect(job.phases()).toEqual(['Succeeded']);
  });

  it('tries again after a failure, and gives up at its limit', async () => {
    const job = await createJob({ backoffLimit: 1 });
    await job.end('Failed');
    expect(job.status()).toMatchObject({ active: 1, failed: 1 });
    await job.end('Failed');
    expect(job.status()).toMatchObject({ conditions: [{ type: 'Failed', reason: 'BackoffLimitExceeded' }] });
    expect(job.phases()).toEqual(['Failed', 'Failed']);
  });

  it('runs no more pods at once than it may', async () => {
    const job = await createJob({ completions: 3, parallelism: 2 });
    expect(job.status()).toMatchObject({ active: 2 });
    await job.end('Succeeded');
    expect(job.status()).toMatchObject({ active: 2, succeeded: 1 });
    await job.end('Succeeded');
    expect(job.status()).toMatchObject({ active: 1, succeeded: 2 });
  });

  it('goes with its pods when its time after the end is over', async () => {
    const job = await createJob({ ttlSecondsAfterFinished: 60 });
    await job.end('Succeeded');
    await job.clock.advance('59s');
    expect(job.status()).toBeDefined();
    await job.clock.advance('2s');
    expect(job.status()).toBeUndefined();
    expect(job.phases()).toEqual([]);
  });
});
