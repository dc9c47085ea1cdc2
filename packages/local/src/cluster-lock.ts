import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { refuseForeignLink } from '@sluice/lib/fs/refuse-foreign-link.ts';
import { killMarked, startTimeOf } from './marked-processes.ts';

export interface ClusterLock {
  /** Marks the processes of this run of the cluster. */
  readonly clusterId: string;
  /** Number of processes that a killed earlier run had left, and that were ended. */
  readonly cleanedUp: number;
  release(): void;
}

interface LockRecord {
  readonly pid: number;
  readonly startTime: string;
  readonly clusterId: string;
}

/** Locks the data directory for this process. Throws when it is not writable, is a link of another user, or another cluster uses it. */
export function lockDataDir(dataDir: string): ClusterLock {
  // Programs of containers are written and run there.
  refuseForeignLink(dataDir, process.getuid?.());
  const path = join(dataDir, 'cluster.lock');
  const clusterId = randomUUID();
  const record: LockRecord = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '', clusterId };
  const cleanedUp = takeOver(dataDir, path);
  write(dataDir, path, record);
  return {
    clusterId,
    cleanedUp,
    release: () => rmSync(path, { force: true }),
  };
}

/** Removes the lock of a dead cluster and kills the processes it left running. */
function takeOver(dataDir: string, path: string): number {
  const present = read(path);
  if (present === undefined) return 0;
  const { pid, startTime, clusterId } = present;
  if (startTimeOf(pid) === startTime) {
    throw new SluiceError(
      `another local cluster (pid ${pid}) runs in ${dataDir}; stop it, or choose another directory with --data-dir`,
    );
  }
  // Of two processes that find the same dead lock, only one can rename it.
  const aside = `${path}.${randomUUID()}`;
  renameSync(path, aside);
  rmSync(aside, { force: true });
  return killMarked(clusterId);
}

function write(dataDir: string, path: string, record: LockRecord): void {
  try {
    makeFolder(dataDir);
    writeFileSync(path, JSON.stringify(record), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const message = `the data directory ${dataDir} cannot be written; choose another one with --data-dir`;
    throw new SluiceError(message, { cause });
  }
}

/** Not `recursive`: Node hangs there when a file system answers ENOENT below an existing folder, as /proc does. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another cluster may have created it at the same time.
    if (!existsSync(path)) throw error;
  }
}

function read(path: string): LockRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof record !== 'object' || record === null) return undefined;
    const { pid, startTime, clusterId } = record as Partial<LockRecord>;
    if (typeof pid !== 'number' || typeof startTime !== 'string' || typeof clusterId !== 'string')
      return dead;
    return { pid, startTime, clusterId };
  } catch (error) {
    return error instanceof SyntaxError ? dead : undefined;
  }
}

/** An incomplete lock file belongs to no process. */
const dead: LockRecord = { pid: 0, startTime: 'never', clusterId: 'none' };
