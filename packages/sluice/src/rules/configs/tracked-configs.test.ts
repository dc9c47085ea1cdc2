import { describe, expect, it } from 'vitest';
import type { ConfigReference } from '../../ports/workload.ts';
import { adoptedConfigs, copyNames, fullRevision, noConfigs, settleConfigs } from './tracked-configs.ts';
import type { ConfigContent } from './tracked-configs.ts';

const reference = (name: string, optional = false): ConfigReference => ({
  kind: 'ConfigMap',
  name,
  optional,
});
const known = (checksum: string, tracked = true, hasBinaryData = false): ConfigContent => ({
  state: 'known',
  tracked,
  checksum,
  hasBinaryData,
});
const settle = (contents: Readonly<Record<string, ConfigContent>>, optional = false) =>
  settleConfigs(
    Object.keys(contents).map((name) => reference(name, optional)),
    ({ name }) => contents[name] ?? { state: 'missing' },
  );

describe('the tracked configuration', () => {
  it('is every object that is tracked, by its checksum', () => {
    const configs = settle({ a: known('1'), b: known('2', false), c: known('3', true, true) });
    expect(configs).toMatchObject({
      state: 'known',
      checksums: { 'configmap/a': '1', 'configmap/c': '3' },
      binary: new Set(['configmap/c']),
    });
    expect(configs.state === 'known' && copyNames(configs.tracked)).toEqual(
      new Map([
        ['configmap/a', 'a-primary'],
        ['configmap/c', 'c-primary'],
      ]),
    );
  });

  it('is unknown as a whole while one object is', () => {
    const unread: ConfigContent = { state: 'unknown', message: 'being read' };
    expect(settle({ a: known('1'), b: unread })).toEqual(unread);
  });

  it('lacks an optional object that does not exist, and says which required one does not', () => {
    expect(settle({ a: known('1'), b: { state: 'missing' } }, true)).toMatchObject({
      checksums: { 'configmap/a': '1' },
    });
    expect(settle({ a: known('1'), b: { state: 'missing' } })).toMatchObject({ state: 'missing', name: 'b' });
  });
});

describe('a revision', () => {
  it("is the template's own where nothing is tracked", () => {
    expect(fullRevision('v1:template', {})).toBe('v1:template');
  });

  it('is another one when an object changes, comes or goes', () => {
    const maps = [
      {},
      { 'configmap/a': '1' },
      { 'configmap/a': '2' },
      { 'configmap/a': '1', 'secret/b': '1' },
    ];
    expect(new Set(maps.map((map) => fullRevision('v1:template', map))).size).toBe(maps.length);
  });
});

describe('what Flagger recorded', () => {
  it('is taken as it is, but for objects with binaryData', () => {
    const now = { ...noConfigs, checksums: { a: '2', b: '2', c: '1' }, binary: new Set(['b']) };
    expect(adoptedConfigs({ a: '1', b: '1', gone: '1' }, now)).toEqual({ a: '1', b: '2', gone: '1' });
    expect(adoptedConfigs(null, now)).toEqual({});
  });
});
