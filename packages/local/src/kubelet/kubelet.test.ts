import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  createKubeletBench,
  httpServer,
  namespace,
  shell,
} from '../../../../test/support/rigs/kubelet-bench.ts';
import { markedProcesses } from '../marked-processes.ts';
import { nodes } from './node-object.ts';

const soon = { timeout: 10_000, interval: 20 };
const forever = 'while :; do sleep 0.05; done';

describe('a pod', () => {
  it('is bound, runs as a process on its own address, becomes ready, and is there for exec', async () => {
    await using bench = createKubeletBench();
    bench.run('web', { containers: [httpServer({ readinessProbe: { httpGet: { port: 'http' } } })] });
    await vi.waitFor(() => expect(bench.condition('web', 'Ready')).toBe('True'), soon);
    const pod = bench.pod('web')!;
    expect(pod.spec.nodeName).toBe('sluice-local');
    expect(pod.status).toMatchObject({
      phase: 'Running',
      containerStatuses: [{ ready: true, restartCount: 0 }],
    });
    expect(bench.store.get(nodes, { name: 'sluice-local' })).toBeDefined();
    const answer = await bench.exec('web', ['sh', '-c', 'echo $POD_IP; cat; echo oops >&2; exit 3'], 'typed');
    expect(answer).toEqual({ code: 3, stdout: `${pod.status?.podIP}\ntyped`, stderr: 'oops\n' });
    expect((await bench.exec('web', ['no-such-program'])).code).toBe(127);
    expect(bench.log.lines).toEqual([]);
  });

  it('gives a command all of its input, also what came before it had started', async () => {
    await using bench = createKubeletBench();
    bench.run('web', { containers: [shell(forever)] });
    await vi.waitFor(() => expect(bench.condition('web', 'Ready')).toBe('True'), soon);
    const answer = await bench.exec('web', ['sh', '-c', 'wc -c'], 'x'.repeat(3 * 1024 * 1024));
    expect(answer).toMatchObject({ code: 0, stdout: expect.stringContaining('3145728') });
    // A command that leaves its input alone is no obstacle either.
    const deaf = await bench.exec('web', ['sh', '-c', 'exec <&-; echo done'], 'x'.repeat(3 * 1024 * 1024));
    expect(deaf).toMatchObject({ code: 0, stdout: 'done\n' });
  });

  it('can be used from a terminal: a return ends a line, and exit codes come through', async () => {
    await using bench = createKubeletBench();
    bench.run('web', { containers: [shell(forever)] });
    await vi.waitFor(() => expect(bench.condition('web', 'Ready')).toBe('True'), soon);
    const answer = await bench.exec('web', ['sh'], "echo it''s $((40 + 2))\rexit 3\r", true);
    expect(answer.code).toBe(3);
    expect(answer.stdout).toMatch(/its 42\r?\n/);
  });

  it('stops being ready when its probe fails, without a restart, and comes back', async () => {
    await using bench = createKubeletBench();
    const readinessProbe = { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 };
    bench.run('web', { containers: [httpServer({ readinessProbe })] });
    await vi.waitFor(() => expect(bench.condition('web', 'Ready')).toBe('True'), soon);
    const url = `http://${bench.pod('web')?.status?.podIP}:8080`;
    await fetch(`${url}/off`);
    await vi.waitFor(() => expect(bench.condition('web', 'Ready')).toBe('False'), soon);
    expect(bench.events('Unhealthy')).toEqual([
      'Readiness probe failed: HTTP probe failed with statuscode: 500',
    ]);
    await fetch(`${url}/on`);
    await vi.waitFor(() => expect(bench.condition('web', 'Ready')).toBe('True'), soon);
    expect(bench.container('web')?.restartCount).toBe(0);
  });

  it('is restarted when its liveness probe fails', async () => {
    await using bench = createKubeletBench();
    const livenessProbe = {
      exec: { command: ['test', '!', '-e', 'sick'] },
      periodSeconds: 1,
      failureThreshold: 1,
    };
    bench.run('web', { containers: [shell(`rm -f sick; echo up; ${forever}`, { livenessProbe })] });
    await vi.waitFor(() => expect(bench.condition('web', 'Ready')).toBe('True'), soon);
    await vi.waitFor(async () => expect(await bench.logs('web')).toBe('up\n'), soon);
    await bench.exec('web', ['touch', 'sick']);
    await vi.waitFor(() => expect(bench.container('web')?.restartCount).toBe(1), soon);
    expect(bench.events('Killing')).toContain('Container main failed liveness probe, will be restarted');
  });

  it('is not ready before its startup probe has passed, and restarted when that never happens', async () => {
    await using bench = createKubeletBench();
    const startupProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 };
    bench.run('good', { containers: [httpServer({ startupProbe })] });
    bench.run('bad', { containers: [shell(forever, { startupProbe })] });
    await vi.waitFor(
      () => expect(bench.container('good')).toMatchObject({ started: true, ready: true }),
      soon,
    );
    expect(bench.container('bad')).toMatchObject({ started: false, ready: false });
    await vi.waitFor(() => expect(bench.container('bad')?.restartCount).toBe(1), soon);
    expect(bench.events('Killing')).toEqual(['Container main failed startup probe, will be restarted']);
  });

  it('waits for a node that it asks for, and starts when the node becomes that one', async () => {
    await using bench = createKubeletBench();
    bench.run('picky', { nodeSelector: { disk: 'fast' }, containers: [shell(forever)] });
    await vi.waitFor(() => expect(bench.condition('picky', 'PodScheduled')).toBe('False'), soon);
    expect(bench.pod('picky')?.status?.phase).toBe('Pending');
    const node = bench.store.get(nodes, { name: 'sluice-local' })!;
    bench.store.update(nodes, { ...node, metadata: { ...node.metadata, labels: { disk: 'fast' } } });
    await vi.waitFor(() => expect(bench.condition('picky', 'Ready')).toBe('True'), soon);
    expect(bench.condition('picky', 'PodScheduled')).toBe('True');
  });

  it('runs a postStart hook, and is restarted when that fails', async () => {
    await using bench = createKubeletBench();
    const lifecycle = {
      postStart: { exec: { command: ['sh', '-c', 'test -e second || { touch second; exit 1; }'] } },
    };
    bench.run('hook', { containers: [shell(forever, { lifecycle })] });
    await vi.waitFor(() => expect(bench.container('hook')?.restartCount).toBe(1), soon);
    await vi.waitFor(() => expect(bench.condition('hook', 'Ready')).toBe('True'), soon);
    expect(bench.events('FailedPostStartHook')).toHaveLength(1);
  });

  it('has sidecars that start before the others and end after them', async () => {
    await using bench = createKubeletBench();
    const side = { ...shell(forever, { restartPolicy: 'Always' }), name: 'side' };
    bench.run('side', { restartPolicy: 'Never', initContainers: [side], containers: [shell('exit 0')] });
    await vi.waitFor(() => expect(bench.pod('side')?.status?.phase).toBe('Succeeded'), soon);
    const [status] = bench.pod('side')!.status!.initContainerStatuses!;
    expect(status?.state.terminated).toBeDefined();
  });

  it('runs init containers in order before the others', async () => {
    await using bench = createKubeletBench();
    const volumes = [{ name: 'd', emptyDir: {} }];
    const write = (name: string) => ({ ...shell(`echo ${name} >> $SLUICE_VOLUME_D/f`), name });
    const containers = [shell('cat $SLUICE_VOLUME_D/f')];
    const initContainers = [write('one'), write('two')];
    bench.run('init', { restartPolicy: 'Never', volumes, initContainers, containers });
    await vi.waitFor(() => expect(bench.pod('init')?.status?.phase).toBe('Succeeded'), soon);
    expect(await bench.logs('init', { container: 'main' })).toBe('one\ntwo\n');
  });

  it('fails for good when an init container fails and nothing may be restarted', async () => {
    await using bench = createKubeletBench();
    const initContainers = [{ ...shell('exit 4'), name: 'one' }];
    bench.run('init', { restartPolicy: 'Never', initContainers, containers: [shell('echo never')] });
    await vi.waitFor(() => expect(bench.pod('init')?.status?.phase).toBe('Failed'), soon);
    expect(bench.condition('init', 'Initialized')).toBe('False');
  });
});

describe('a container that ends', () => {
  it.each([
    ['exit 0', 'Succeeded', 0],
    ['exit 7', 'Failed', 7],
  ])('with "%s" leaves a pod that is never restarted in phase %s', async (script, phase, exitCode) => {
    await using bench = createKubeletBench();
    bench.run('once', { restartPolicy: 'Never', containers: [shell(script)] });
    await vi.waitFor(() => expect(bench.pod('once')?.status?.phase).toBe(phase), soon);
    expect(bench.container('once')?.state.terminated?.exitCode).toBe(exitCode);
    expect(bench.condition('once', 'Ready')).toBe('False');
  });

  it('is restarted after failures until it succeeds, with OnFailure', async () => {
    await using bench = createKubeletBench();
    const script = 'if [ -e again ]; then echo done; else touch again; echo first; exit 1; fi';
    bench.run('retry', { restartPolicy: 'OnFailure', containers: [shell(script)] });
    await vi.waitFor(() => expect(bench.pod('retry')?.status?.phase).toBe('Succeeded'), soon);
    expect(bench.container('retry')).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { exitCode: 1 } },
    });
    expect(await bench.logs('retry')).toBe('done\n');
    expect(await bench.logs('retry', { previous: true })).toBe('first\n');
  });

  it('shows CrashLoopBackOff between its restarts', async () => {
    await using bench = createKubeletBench();
    bench.run('crash', { containers: [shell('exit 1')] });
    await vi.waitFor(() => {
      expect(bench.container('crash')?.state.waiting?.reason).toBe('CrashLoopBackOff');
    }, soon);
    expect(bench.pod('crash')?.status?.phase).toBe('Running');
    await vi.waitFor(() => expect(bench.container('crash')?.restartCount).toBeGreaterThan(2), soon);
    expect(bench.events('BackOff')).toHaveLength(1);
  });
});

describe('what cannot be run', () => {
  it('says so for an image without a stand-in and without a command', async () => {
    await using bench = createKubeletBench();
    bench.run('image', { containers: [{ name: 'main', image: 'acme/app:1' }] });
    await vi.waitFor(
      () => expect(bench.container('image')?.state.waiting?.reason).toBe('ImagePullBackOff'),
      soon,
    );
    expect(bench.container('image')?.state.waiting?.message).toMatch(
      /no stand-in for image "acme\/app:1".*command/,
    );
    expect(bench.pod('image')?.status?.phase).toBe('Pending');
  });

  it('says so for a command that this machine does not have', async () => {
    await using bench = createKubeletBench();
    bench.run('command', { containers: [{ name: 'main', image: 'none', command: ['no-such-program'] }] });
    await vi.waitFor(
      () => expect(bench.container('command')?.state.waiting?.reason).toBe('RunContainerError'),
      soon,
    );
    expect(bench.container('command')?.state.waiting?.message).toContain('"no-such-program"');
  });

  it('says so for logs of a container that never started', async () => {
    await using bench = createKubeletBench();
    bench.run('image', { containers: [{ name: 'main', image: 'acme/app:1' }] });
    await vi.waitFor(
      () => expect(bench.container('image')?.state.waiting?.reason).toBe('ErrImagePull'),
      soon,
    );
    await expect(bench.logs('image')).rejects.toThrow(/"main" in pod "image" is waiting to start/);
  });
});

describe('a pod that is deleted', () => {
  it('may end by itself, after its preStop hook, and is gone then with its files and its address', async () => {
    await using bench = createKubeletBench();
    const lifecycle = {
      preStop: { exec: { command: ['sh', '-c', 'echo pre >> $SLUICE_VOLUME_D/../../../../order'] } },
    };
    const script = `trap 'echo term >> $SLUICE_VOLUME_D/../../../../order; exit 0' TERM; echo up; ${forever}`;
    bench.run('web', { volumes: [{ name: 'd', emptyDir: {} }], containers: [shell(script, { lifecycle })] });
    // It is ready once it has begun, which may be before its trap is set.
    await vi.waitFor(async () => expect(await bench.logs('web')).toContain('up'), soon);
    bench.delete('web');
    expect(bench.pod('web')?.metadata.deletionTimestamp).toBeDefined();
    await vi.waitFor(() => expect(bench.pod('web')).toBeUndefined(), soon);
    expect(readFileSync(join(bench.folder, 'order'), 'utf8')).toBe('pre\nterm\n');
    expect(readdirSync(join(bench.folder, 'pods'))).toEqual([]);
    expect(bench.released).toHaveLength(1);
  });

  it('is killed with its whole group when its grace period is over', async () => {
    await using bench = createKubeletBench();
    const mark = `test-${process.pid}-${performance.now()}`;
    const env = [{ name: 'SLUICE_CLUSTER_ID', value: mark }];
    const script = `trap '' TERM; (trap '' TERM; ${forever}) & ${forever}`;
    bench.run('stubborn', { terminationGracePeriodSeconds: 1, containers: [shell(script, { env })] });
    await vi.waitFor(() => expect(markedProcesses(mark).length).toBeGreaterThan(1), soon);
    bench.delete('stubborn');
    await vi.waitFor(() => expect(bench.pod('stubborn')).toBeUndefined(), soon);
    expect(markedProcesses(mark)).toEqual([]);
  });

  it.each([
    ['ignores SIGTERM', {}],
    ['is in its preStop hook', { lifecycle: { preStop: { exec: { command: ['sleep', '600'] } } } }],
    ['sleeps in its preStop hook', { lifecycle: { preStop: { sleep: { seconds: 600 } } } }],
  ])('a second time with a shorter grace period ends by then, although it %s', async (_what, more) => {
    await using bench = createKubeletBench();
    const script = `trap '' TERM; echo up; ${forever}`;
    bench.run('web', { terminationGracePeriodSeconds: 600, containers: [shell(script, more)] });
    await vi.waitFor(async () => expect(await bench.logs('web')).toContain('up'), soon);
    bench.delete('web');
    await vi.waitFor(() => expect(bench.events('Killing')).toHaveLength(1), soon);
    bench.delete('web', 1);
    expect(bench.pod('web')?.metadata.deletionGracePeriodSeconds).toBe(1);
    // A later, longer period changes nothing.
    bench.delete('web', 600);
    await vi.waitFor(() => expect(bench.pod('web')).toBeUndefined(), soon);
    expect(bench.events('Killing')).toHaveLength(1);
  });

  it('takes commands that are run in it with it', async () => {
    await using bench = createKubeletBench();
    bench.run('web', { containers: [shell(forever)] });
    await vi.waitFor(() => expect(bench.condition('web', 'Ready')).toBe('True'), soon);
    const running = bench.exec('web', ['sleep', '600']);
    bench.delete('web');
    expect((await running).code).toBe(137);
  });

  it('can stand anew under its name at once after a forced deletion', async () => {
    await using bench = createKubeletBench();
    bench.run('web', { containers: [shell(forever)] });
    await vi.waitFor(() => expect(bench.condition('web', 'Ready')).toBe('True'), soon);
    const { uid } = bench.pod('web')!.metadata;
    bench.store.delete(
      { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true },
      { namespace, name: 'web' },
      { gracePeriodSeconds: 0 },
    );
    bench.run('web', { containers: [shell(forever)] });
    await vi.waitFor(() => expect(bench.condition('web', 'Ready')).toBe('True'), soon);
    expect(bench.pod('web')?.metadata.uid).not.toBe(uid);
    expect(existsSync(join(bench.folder, 'pods', bench.pod('web')!.metadata.uid!))).toBe(true);
  });
});
