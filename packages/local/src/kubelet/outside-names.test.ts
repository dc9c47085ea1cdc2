import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PathError } from '@sluice/lib/fs/inside.ts';
import type { ConfigSource } from './config-source.ts';
import { planLaunch } from './launch-plan.ts';
import type { Container, Pod, Volume } from './pod.ts';
import { mountRewriter } from './rewrite-mounts.ts';
import { materialiseVolumes } from './volumes.ts';

/** Pods here did not pass the API server, which refuses these names: the kubelet has to keep to its folder by itself. */
let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-names-'));
  folder = join(root, 'pods', 'uid');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(root, 'precious'));
  writeFileSync(join(root, 'precious', 'file'), 'mine');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const container: Container = { name: 'main', image: 'i:1', command: ['true'] };
const podWith = (volumes: readonly Volume[]): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default' },
  spec: { containers: [container], volumes },
});

const everything: ConfigSource = { entries: () => new Map([['k', Buffer.from('theirs')]]) };
const keyed = (key: string): ConfigSource => ({ entries: () => new Map([[key, Buffer.from('theirs')]]) });

const write = (volume: Volume, config = everything): unknown =>
  materialiseVolumes({ pod: podWith([volume]), podIp: '127.0.0.1', config, folder });

const plan = (name: string): unknown =>
  planLaunch({
    pod: podWith([]),
    container: { ...container, name },
    podIp: '127.0.0.1',
    config: everything,
    images: { resolve: () => undefined, programs: folder },
    base: {},
    volumes: new Map(),
    folder,
  });

const out = '../../precious';
const items = [{ key: 'k', path: `../${out}/file` }];
const fieldRef = { fieldPath: 'metadata.name' };

describe('the kubelet stays in its folder when', () => {
  it.each<readonly [string, () => unknown]>([
    ['a volume of a ConfigMap is named out of it', () => write({ name: out, configMap: { name: 'c' } })],
    ['a volume of a Secret is named out of it', () => write({ name: out, secret: { secretName: 's' } })],
    ['an empty volume is named out of it', () => write({ name: '../../made', emptyDir: {} })],
    [
      'a volume is named by an absolute path',
      () => write({ name: join(root, 'precious'), configMap: { name: 'c' } }),
    ],
    ['a volume is named .', () => write({ name: '.', configMap: { name: 'c' } })],
    ['an item of a ConfigMap leads out', () => write({ name: 'v', configMap: { name: 'c', items } })],
    ['an item of a Secret leads out', () => write({ name: 'v', secret: { secretName: 's', items } })],
    [
      'a projected item leads out',
      () => write({ name: 'v', projected: { sources: [{ secret: { name: 's', items } }] } }),
    ],
    [
      'a file of the downward API leads out',
      () => write({ name: 'v', downwardAPI: { items: [{ path: `../${out}/file`, fieldRef }] } }),
    ],
    [
      'a key of a ConfigMap leads out',
      () => write({ name: 'v', configMap: { name: 'c' } }, keyed(`../${out}/file`)),
    ],
    [
      'a key of a Secret is absolute',
      () => write({ name: 'v', secret: { secretName: 's' } }, keyed(join(root, 'precious/file'))),
    ],
    ['a container is named out of it', () => plan('../../made')],
    ['a container is named by an absolute path', () => plan(join(root, 'made'))],
    [
      'a subPath leads out',
      () => {
        const volumeMounts = [{ name: 'v', mountPath: '/v', subPath: '../../../precious' }];
        return mountRewriter({ ...container, volumeMounts }, new Map([['v', join(folder, 'v')]]))('/v/file');
      },
    ],
  ])('%s', (_how, act) => {
    expect(act).toThrow(PathError);
    expect(readFileSync(join(root, 'precious', 'file'), 'utf8')).toBe('mine');
    expect(readdirSync(join(root, 'precious'))).toEqual(['file']);
    expect(existsSync(join(root, 'made'))).toBe(false);
  });

  it('a subPath of . is the whole volume', () => {
    const rewrite = (subPath: string): string =>
      mountRewriter(
        { ...container, volumeMounts: [{ name: 'v', mountPath: '/v', subPath }] },
        new Map([['v', '/folder']]),
      )('/v/file');
    expect(['.', './', 'a/..', 'a'].map(rewrite)).toEqual([
      '/folder/file',
      '/folder/file',
      '/folder/file',
      '/folder/a/file',
    ]);
  });
});
