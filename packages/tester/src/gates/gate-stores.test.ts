import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeGateStoreContract } from '../../../../test/contracts/gate-store.ts';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createMemoryGateStore } from './memory-gate-store.ts';
import { openSqliteGateStore } from './sqlite-gate-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'gates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(folder, `deep-${files++}`, 'gates.db');
const open = (file: string) => openSqliteGateStore(file, createFakeClock());

describeGateStoreContract('memory', createMemoryGateStore);
describeGateStoreContract('a SQLite file', () => open(newFile()));

describe('gates in a SQLite file', () => {
  it('are what they were when the file is opened again', async () => {
    const file = newFile();
    const before = open(file);
    await before.set('podinfo.test', true);
    await before.set('rollback.podinfo.test', true);
    await before.set('rollback.podinfo.test', false);
    await before.close();
    const after = open(file);
    expect(await after.get('podinfo.test')).toBe(true);
    expect(await after.get('rollback.podinfo.test')).toBe(false);
    await after.close();
  });

  it('are the same for two processes of one machine', async () => {
    const file = newFile();
    const [one, other] = [open(file), open(file)];
    await one.set('podinfo.test', true);
    expect(await other.get('podinfo.test')).toBe(true);
    await Promise.all([one.close(), other.close()]);
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
