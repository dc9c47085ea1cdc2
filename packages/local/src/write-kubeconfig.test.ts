import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeKubeconfig } from './write-kubeconfig.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-kubeconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('the kubeconfig of the local cluster', () => {
  it.each([
    ['nothing', () => undefined],
    ['a file that others may read', (path: string) => writeFileSync(path, '', { mode: 0o644 })],
    ['a link to another file', (path: string) => symlinkSync(join(folder, 'other'), path)],
  ])('is for its owner alone where there was %s', (_, prepare) => {
    writeFileSync(join(folder, 'other'), 'mine', { mode: 0o644 });
    const path = join(folder, 'kubeconfig');
    prepare(path);
    writeKubeconfig(path, 'http://127.0.0.1:6443/secret');
    expect(modeOf(path)).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toContain('server: http://127.0.0.1:6443/secret');
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('mine');
  });
});
