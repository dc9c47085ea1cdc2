import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { namespaces, secrets } from '@sluice/kube/objects/resources.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createInProcessHttp } from '../../../../test/support/fakes/in-process-http.ts';
import { createLocalKube } from '../../../../test/support/fakes/local-kube.ts';
import { createProviders } from './providers.ts';
import type { MetricsSecrets } from './providers.ts';

const template: AnyKubeObject = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'MetricTemplate',
  metadata: { name: 'errors', namespace: 'test' },
  spec: {
    provider: { type: 'prometheus', address: 'http://prometheus.test', secretRef: { name: 'login' } },
    query: 'up',
  },
};

/** Authorization headers that Prometheus got. */
async function query(allowed: MetricsSecrets, labels: Readonly<Record<string, string>>): Promise<string[]> {
  const clock = createFakeClock();
  const kube = createLocalKube(clock);
  const metadata = { name: 'test' };
  if (kube.store.get(namespaces, metadata) === undefined)
    kube.store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata });
  kube.store.create(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login', namespace: 'test', labels },
    data: { username: btoa('user'), password: btoa('pass') },
  });
  const seen: string[] = [];
  const http: HttpClient = createInProcessHttp((request) => {
    seen.push(request.headers.get('authorization') ?? '');
    const result = [{ metric: {}, value: [0, '1'] }];
    return Promise.resolve(Response.json({ status: 'success', data: { resultType: 'vector', result } }));
  });
  const signal = new AbortController().signal;
  const providers = createProviders(kube.client(), { http, clock }, allowed);
  const source = await providers.templateSource(template, signal);
  await source.query('up', 60_000, signal);
  return seen;
}

describe('the Secret of a MetricTemplate', () => {
  const basic = [`Basic ${btoa('user:pass')}`];

  it('may be any of its namespace, as in Flagger', async () => {
    expect(await query('any', {})).toEqual(basic);
  });

  it('must carry a label where only labelled ones may be used', async () => {
    expect(await query('labelled', { 'sluice.dev/metrics': 'true' })).toEqual(basic);
    const refusal =
      'Secret test/login may not be used for metrics: label it with sluice.dev/metrics=true (-metrics-secrets=labelled)';
    await expect(query('labelled', {})).rejects.toThrow(refusal);
    await expect(query('labelled', { 'sluice.dev/metrics': 'false' })).rejects.toThrow(refusal);
  });

  it('is not even read where none may be used', async () => {
    await expect(query('none', { 'sluice.dev/metrics': 'true' })).rejects.toThrow(
      'Secret test/login may not be used for metrics (-metrics-secrets=none)',
    );
  });
});
