import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { refuseForeignLink } from '@sluice/lib/fs/refuse-foreign-link.ts';
import { formatGateKey, parseGateKey, readOldKey } from './gate-key.ts';
import { allOpen, type GateState, type GateStore, inOrder, mostGates } from './gate-store.ts';

/**
 * Gates in one small SQLite file: they survive a restart, and processes of one machine may share the file.
 * Throws `SluiceError` naming the file when it cannot be opened or is not such a file.
 */
export function openSqliteGateStore(path: string, clock: Clock, limit = mostGates): GateStore {
  const database = attempt(path, 'open', () => openDatabase(path));
  const read = database.prepare('SELECT open FROM gates WHERE key = ?');
  const readAll = database.prepare('SELECT key, open, changed_by, changed_at FROM gates');
  const write = prepareWrite(database, limit);
  return {
    async get(key) {
      return attempt(path, 'read', () => read.get(formatGateKey(key))?.['open'] === 1);
    },
    async set(key, open, by) {
      const changedAt = new Date(clock.now()).toISOString();
      attempt(path, 'write', () => write(formatGateKey(key), open, by ?? null, changedAt));
    },
    async list() {
      return inOrder(attempt(path, 'read', () => readAll.all().flatMap(toState)));
    },
    async close() {
      if (database.isOpen) database.close();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  for (const link of [path, dirname(path)]) refuseForeignLink(link, process.getuid?.());
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path, { timeout: 5000 });
  try {
    // An open gate lets a release pass: no other user of this machine may write the file.
    chmodSync(path, 0o600);
    inTransaction(database, () => prepareTable(database));
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** What `PRAGMA user_version` says of a file whose keys `formatGateKey` made; older files say 0. */
const keyVersion = 1;

function prepareTable(database: DatabaseSync): void {
  database.exec(
    `CREATE TABLE IF NOT EXISTS gates (
       key TEXT PRIMARY KEY, open INTEGER NOT NULL, changed_by TEXT, changed_at TEXT NOT NULL) STRICT`,
  );
  if (Number(database.prepare('PRAGMA user_version').get()?.['user_version']) >= keyVersion) return;
  const rename = database.prepare('UPDATE OR REPLACE gates SET key = ? WHERE key = ?');
  for (const { key } of database.prepare('SELECT key FROM gates').all()) {
    rename.run(formatGateKey(readOldKey(String(key))), key ?? null);
  }
  database.exec(`PRAGMA user_version = ${keyVersion}`);
}

type Write = (key: string, open: boolean, by: string | null, changedAt: string) => void;

function prepareWrite(database: DatabaseSync, limit: number): Write {
  const upsert = database.prepare(
    `INSERT INTO gates (key, open, changed_by, changed_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET open = excluded.open, changed_by = excluded.changed_by,
       changed_at = excluded.changed_at`,
  );
  const countOthers = database.prepare('SELECT count(*) AS others FROM gates WHERE key <> ?');
  const forgetOne = database.prepare(
    'DELETE FROM gates WHERE key = (SELECT key FROM gates WHERE open = 0 AND key <> ? ORDER BY changed_at LIMIT 1)',
  );
  return (key, open, by, changedAt) =>
    inTransaction(database, () => {
      const isFull = Number(countOthers.get(key)?.['others']) >= limit;
      // guard: gates-in-a-file-are-bounded
      if (isFull && forgetOne.run(key).changes === 0) throw allOpen(limit);
      upsert.run(key, open ? 1 : 0, by, changedAt);
    });
}

function toState(row: Readonly<Record<string, unknown>>): readonly GateState[] {
  const key = parseGateKey(String(row['key']));
  if (key === undefined) return [];
  const by = row['changed_by'];
  return [
    {
      ...key,
      open: row['open'] === 1,
      changedBy: typeof by === 'string' ? by : undefined,
      changedAt: String(row['changed_at']),
    },
  ];
}

/** Takes the file's lock at once, so that two processes never work from the same old state. */
function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function attempt<T>(path: string, verb: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    const why = describeError(cause);
    throw new SluiceError(
      `Cannot ${verb} the gates in ${path}: ${why}. Point -state-file at a writable path of its own (or '' for memory).`,
      { cause },
    );
  }
}
