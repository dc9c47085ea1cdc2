import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canaries } from '../api/resources.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { createStore } from '@sluice/local/store/store.ts';
import type { Store } from '@sluice/local/store/store.ts';
import { writeKubeconfig } from '@sluice/local/write-kubeconfig.ts';
import { parseCanaryArgument } from './canary-argument.ts';

const main = join(import.meta.dirname, 'main.ts');
const run = 'c0ffee'.repeat(5);
const ref = { namespace: 'default', name: 'podinfo' };
const ends: (() => unknown)[] = [];
let store: Store;
let kubeconfig: string;

beforeEach(async () => {
  const now = (): number => Date.now();
  store = createStore({ now });
  installBasics(store, join(import.meta.dirname, '../../../../deploy/crds'));
  const server = await createApiServer({ store, now }).listen({ host: '127.0.0.1', port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-abort-'));
  ends.push(
    () => server.close(),
    () => rmSync(folder, { recursive: true }),
  );
  kubeconfig = join(folder, 'config');
  writeKubeconfig(kubeconfig, server.url);
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function createCanary(phase: string): void {
  const created = store.create(canaries, {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: ref,
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 80 },
      analysis: { interval: '10s', threshold: 1, stepWeight: 10 },
    },
  });
  const at = '2026-01-01T00:00:00Z';
  const status = {
    phase,
    failedChecks: 0,
    canaryWeight: 10,
    iterations: 0,
    run: {
      id: run,
      revision: 'v1:1',
      targetUid: 'u',
      targetGeneration: 1,
      startedAt: at,
      phaseSince: at,
      step: 1,
      round: 0,
      oldImages: ['podinfod=podinfo:1'],
    },
  };
  store.update(canaries, { ...created, status }, { subresource: 'status' });
}

/** A controller that deals with every annotation in this way. */
function acknowledge(result: string): void {
  store.subscribe(canaries, ({ object }) => {
    const request = object.metadata.annotations?.['sluice.dev/abort'];
    const status = { ...(object['status'] as object) };
    if (request === undefined || 'abort' in status) return;
    const abort = { request, run, result, message: 'because', at: '2026-01-01T00:00:00Z' };
    setImmediate(() => {
      const current = store.get(canaries, ref);
      if (current === undefined) return;
      store.update(canaries, { ...current, status: { ...status, abort } }, { subresource: 'status' });
    });
  });
}

async function abort(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, 'abort', ...args], {
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, error, code };
}

describe('sluice abort', () => {
  it('binds the annotation to the current run, and ends with 0 once the controller rolls back', async () => {
    createCanary('Progressing');
    acknowledge('rolled-back');
    const { out, code } = await abort('podinfo', '-n', 'default', '-m', 'wrong image');
    expect(out).toContain('default/podinfo is rolling back');
    expect(code).toBe(0);
    const annotations = store.get(canaries, ref)?.metadata.annotations;
    expect(annotations?.['sluice.dev/abort']).toBe(`${run}|wrong image`);
  });

  it.each([
    ['held', 'Promoting', 'is stopped, but not rolled back'],
    ['too-late', 'Finalising', 'is not rolled back'],
  ])('ends with 9, without a tick, when what ran before is not known: %s', async (result, phase, said) => {
    createCanary(phase);
    acknowledge(result);
    const { out, error, code } = await abort('default/podinfo');
    expect(out).toBe('');
    expect(error).toContain(said);
    expect(error).toContain('because');
    expect(error).toContain('next: kubectl -n default set image deployment/podinfo podinfod=podinfo:1');
    expect(code).toBe(9);
  });

  it('of what has succeeded names the command that goes back', async () => {
    createCanary('Succeeded');
    const { error } = await abort('podinfo');
    expect(error).toContain('next: kubectl -n default set image deployment/podinfo podinfod=podinfo:1');
  });

  it('is refused with 7 when no run is on, and writes nothing', async () => {
    createCanary('Succeeded');
    const { error, code } = await abort('podinfo');
    expect(error).toMatch(
      /error: cannot abort default\/podinfo\n {2}why: {2}no run is on \(Succeeded\)\n {2}next:/,
    );
    expect(code).toBe(7);
    expect(store.get(canaries, ref)?.metadata.annotations).toBeUndefined();
  });

  it('says that it is recorded and ends with 8 when no controller picks it up', async () => {
    createCanary('Progressing');
    const { out, error, code } = await abort('podinfo');
    expect(out).toBe('');
    expect(error).toContain('recorded, not yet picked up');
    expect(code).toBe(8);
  });

  it('ends with 6 when there is no such canary', async () => {
    const { error, code } = await abort('nobody', '-n', 'default');
    expect(error).toContain('there is no such canary');
    expect(code).toBe(6);
  });

  it('ends with 1 when the API server cannot be reached', async () => {
    writeKubeconfig(kubeconfig, 'http://127.0.0.1:1');
    expect((await abort('podinfo')).code).toBe(1);
  });

  it.each([
    ['no name', []],
    ['two names', ['a', 'b']],
    ['a name of three parts', ['a/b/c']],
    ['two namespaces', ['a/b', '-n', 'c']],
    ['an unknown flag', ['podinfo', '--force']],
    ['a reason that is too long', ['podinfo', '-m', 'x'.repeat(1_001)]],
  ])('ends with 2 for %s', async (_what, args) => {
    expect((await abort(...args)).code).toBe(2);
  });
});

describe('the name of a canary', () => {
  it.each([
    ['podinfo', { name: 'podinfo' }],
    ['canary/podinfo', { name: 'podinfo' }],
    ['canaries.flagger.app/podinfo', { name: 'podinfo' }],
    ['prod/podinfo', { name: 'podinfo', namespace: 'prod' }],
  ])('%s', (given, parsed) => {
    expect(parseCanaryArgument(given, undefined)).toEqual(parsed);
  });

  it('takes the namespace of -n', () => {
    expect(parseCanaryArgument('canary/podinfo', 'prod')).toEqual({ name: 'podinfo', namespace: 'prod' });
  });
});
