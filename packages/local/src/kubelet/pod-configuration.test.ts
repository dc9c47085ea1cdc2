import { describe, expect, it, vi } from 'vitest';
import { createKubeletBench, namespace, shell } from '../../../../test/support/rigs/kubelet-bench.ts';
import { configMaps, secrets } from '@sluice/kube/objects/resources.ts';

const soon = { timeout: 10_000, interval: 20 };
const forever = 'while :; do sleep 0.05; done';

const configMap = (data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name: 'conf' },
  data,
});

describe('a pod that is configured', () => {
  it('gets its environment from fields, ConfigMaps and Secrets, its network and references to them', async () => {
    await using bench = createKubeletBench();
    bench.store.create(configMaps, configMap({ a: '1', b: '2' }));
    const data = { key: Buffer.from('s3cret').toString('base64') };
    bench.store.create(secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name: 'conf' },
      data,
    });
    const env = [
      { name: 'UID_OF', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: 'KEY', valueFrom: { secretKeyRef: { name: 'conf', key: 'key' } } },
      { name: 'ALL', value: '$(UID_OF)-$(KEY)-$$(KEY)-$(NONE)' },
    ];
    const envFrom = [{ prefix: 'P_', configMapRef: { name: 'conf' } }];
    const container = shell('echo $ALL $P_a $P_b $HTTP_PROXY $1', { env, envFrom, args: ['x', '$(KEY)'] });
    bench.run('env', { restartPolicy: 'Never', containers: [container] }, { labels: { app: 'web' } });
    await vi.waitFor(() => expect(bench.pod('env')?.status?.phase).toBe('Succeeded'), soon);
    expect(await bench.logs('env')).toBe(
      'web-s3cret-$(KEY)-$(NONE) 1 2 http://proxy.default.example s3cret\n',
    );
  });

  it('waits for a ConfigMap that is not there yet, and says which', async () => {
    await using bench = createKubeletBench();
    bench.run('late', { containers: [shell(forever, { envFrom: [{ configMapRef: { name: 'conf' } }] })] });
    await vi.waitFor(() => {
      expect(bench.container('late')?.state.waiting).toEqual({
        reason: 'CreateContainerConfigError',
        message: 'configmap "conf" not found',
      });
    }, soon);
    bench.store.create(configMaps, configMap({}));
    await vi.waitFor(() => expect(bench.condition('late', 'Ready')).toBe('True'), soon);
  });

  it('finds its volumes where SLUICE_VOLUME_ says, and where its own arguments say', async () => {
    await using bench = createKubeletBench();
    bench.store.create(configMaps, configMap({ 'a.txt': 'hello' }));
    const volumes = [
      { name: 'conf', configMap: { name: 'conf', items: [{ key: 'a.txt', path: 'deep/b.txt' }] } },
      { name: 'scratch-1', emptyDir: {} },
    ];
    const volumeMounts = [{ name: 'conf', mountPath: '/etc/conf' }];
    const script =
      'cat /etc/conf/deep/b.txt "$SLUICE_VOLUME_CONF/deep/b.txt"; test -d "$SLUICE_VOLUME_SCRATCH_1"';
    bench.run('vol', { restartPolicy: 'Never', volumes, containers: [shell(script, { volumeMounts })] });
    await vi.waitFor(() => expect(bench.pod('vol')?.status?.phase).toBe('Succeeded'), soon);
    expect(await bench.logs('vol')).toBe('hellohello\n');
  });
});
