import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { describeGateStoreContract } from '../../../../test/contracts/gate-store.ts';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createMemoryGateStore } from './memory-gate-store.ts';
import { openSqliteGateStore } from './sqlite-gate-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'gates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(folder, `deep-${files++}`, 'gates.db');
const open = (file: string, limit?: number) => openSqliteGateStore(file, createFakeClock(), limit);

describeGateStoreContract('memory', () => createMemoryGateStore(createFakeClock()));
describeGateStoreContract('a SQLite file', () => open(newFile()));

const gate = { kind: 'gate', namespace: 'test', name: 'podinfo' } as const;
const rollback = { ...gate, kind: 'rollback' } as const;

describe('gates in a SQLite file', () => {
  it('are what they were when the file is opened again', async () => {
    const file = newFile();
    const before = open(file);
    await before.set(gate, true);
    await before.set(rollback, true);
    await before.set(rollback, false);
    await before.close();
    const after = open(file);
    expect(await after.get(gate)).toBe(true);
    expect(await after.get(rollback)).toBe(false);
    await after.close();
  });

  it('are the same for two processes of one machine', async () => {
    const file = newFile();
    const [one, other] = [open(file), open(file)];
    await one.set(gate, true);
    expect(await other.get(gate)).toBe(true);
    await Promise.all([one.close(), other.close()]);
  });

  it('are those that an older version left, under the keys of this one', async () => {
    const file = newFile();
    mkdirSync(dirname(file), { recursive: true });
    const old = new DatabaseSync(file);
    old.exec(`CREATE TABLE gates (
         key TEXT PRIMARY KEY, open INTEGER NOT NULL, changed_by TEXT, changed_at TEXT NOT NULL) STRICT;
       INSERT INTO gates VALUES ('podinfo.test', 1, 'alice', '2026-01-01T00:00:00.000Z'),
         ('rollback.podinfo.test', 1, NULL, '2026-01-02T00:00:00.000Z')`);
    old.close();
    for (let times = 0; times < 2; times += 1) {
      const store = open(file);
      expect(await store.list()).toEqual([
        { ...gate, open: true, changedBy: 'alice', changedAt: '2026-01-01T00:00:00.000Z' },
        { ...rollback, open: true, changedBy: undefined, changedAt: '2026-01-02T00:00:00.000Z' },
      ]);
      await store.close();
    }
  });

  it('can be written by their owner alone', async () => {
    const file = newFile();
    await open(file).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('refuse a file that is no database, and name it', () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'these are not gates, '.repeat(100));
    expect(() => open(file)).toThrow(
      `Cannot open the gates in ${file}: file is not a database. Point -state-file`,
    );
  });

  it('refuse a path that cannot be written, and name it', () => {
    expect(() => open(join(folder, 'notes.txt', 'gates.db'))).toThrow('Cannot open the gates in');
  });
});

describe('gates that callers choose without end', () => {
  it.each([
    ['memory', () => createMemoryGateStore(createFakeClock(), 3)],
    ['a file', () => open(newFile(), 3)],
  ])('are forgotten in %s when they are closed, never when they are open', async (_, create) => {
    const store = create();
    const second = { ...gate, name: 'second' };
    const third = { ...gate, name: 'third' };
    await store.set(gate, false);
    await store.set(second, true);
    await store.set(third, true);
    await store.set(rollback, true);
    expect((await store.list()).map(({ open, kind, name: of }) => [kind, of, open])).toEqual([
      ['rollback', 'podinfo', true],
      ['gate', 'second', true],
      ['gate', 'third', true],
    ]);
    await expect(store.set(gate, true)).rejects.toThrow('3 gates are open');
    await store.set(second, false);
    await store.set(gate, true);
    expect(await store.get(gate)).toBe(true);
    await store.close();
  });
});
