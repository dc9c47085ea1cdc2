import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { releaseSecret } from './release-secret.ts';

describe('the release Secret that helm reads', () => {
  const secret = releaseSecret({
    name: 'podinfo',
    namespace: 'test',
    manifest: 'kind: Deployment',
    testPod: { name: 'podinfo-test', manifest: 'kind: Pod' },
    now: '2026-01-01T00:00:00Z',
  });

  it('has the name, type and labels by which helm finds it', () => {
    expect(secret.metadata.name).toBe('sh.helm.release.v1.podinfo.v1');
    expect(secret['type']).toBe('helm.sh/release.v1');
    expect(secret.metadata.labels).toEqual({
      owner: 'helm',
      name: 'podinfo',
      status: 'deployed',
      version: '1',
    });
  });

  it('holds gzipped JSON in base64 of base64, with the test pod as a hook', () => {
    const { release } = secret['data'] as { release: string };
    const inner = Buffer.from(release, 'base64').toString('utf8');
    const decoded: unknown = JSON.parse(gunzipSync(Buffer.from(inner, 'base64')).toString('utf8'));
    expect(decoded).toMatchObject({
      name: 'podinfo',
      version: 1,
      info: { status: 'deployed' },
      hooks: [{ name: 'podinfo-test', kind: 'Pod', events: ['test'] }],
    });
  });
});
