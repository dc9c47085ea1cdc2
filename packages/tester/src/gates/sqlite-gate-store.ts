import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { GateStore } from './gate-store.ts';

/**
 * Gates in one small SQLite file: they survive a restart, and processes of one machine may share the file.
 * Throws `SluiceError` naming the file when it cannot be opened or is not such a file.
 */
export function openSqliteGateStore(path: string, clock: Clock): GateStore {
  const database = attempt(path, 'open', () => openDatabase(path));
  const read = database.prepare('SELECT open FROM gates WHERE key = ?');
  const write = database.prepare(
    `INSERT INTO gates (key, open, changed_by, changed_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET open = excluded.open, changed_by = excluded.changed_by,
       changed_at = excluded.changed_at`,
  );
  return {
    async get(key) {
      return attempt(path, 'read', () => read.get(key)?.['open'] === 1);
    },
    async set(key, open, by) {
      const changedAt = new Date(clock.now()).toISOString();
      attempt(path, 'write', () => write.run(key, open ? 1 : 0, by ?? null, changedAt));
    },
    async close() {
      if (database.isOpen) database.close();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path, { timeout: 5000 });
  try {
    // An open gate lets a release pass: no other user of this machine may write the file.
    chmodSync(path, 0o600);
    database.exec(
      `CREATE TABLE IF NOT EXISTS gates (
         key TEXT PRIMARY KEY, open INTEGER NOT NULL, changed_by TEXT, changed_at TEXT NOT NULL) STRICT`,
    );
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function attempt<T>(path: string, verb: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const why = describeError(cause);
    throw new SluiceError(
      `Cannot ${verb} the gates in ${path}: ${why}. Point -state-file at a writable path of its own (or '' for memory).`,
      { cause },
    );
  }
}
