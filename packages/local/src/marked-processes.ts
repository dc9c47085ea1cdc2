import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Variable with the cluster's id, which every process of the cluster inherits. */
export const clusterMark = 'SLUICE_CLUSTER_ID';

/**
 * Processes that carry the cluster's mark, also those that left their group. Needs /proc (Linux); finds none elsewhere.
 */
export function markedProcesses(clusterId: string): readonly number[] {
  const wanted = `${clusterMark}=${clusterId}`;
  return processIds().filter((pid) => environmentOf(pid).includes(wanted));
}

export function killMarked(clusterId: string): number {
  const pids = markedProcesses(clusterId).filter((pid) => pid !== process.pid);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // The process ended meanwhile.
    }
  }
  return pids.length;
}

const roundMs = 20;
const mostRounds = 100;

/**
 * Kills them until none is left, for two seconds at the most: one that forks at that moment leaves a child behind, and a killed one
 * is there until the kernel has taken it away.
 */
export async function endMarked(clusterId: string): Promise<void> {
  for (let round = 0; round < mostRounds && killMarked(clusterId) > 0; round += 1) await setTimeout(roundMs);
}

/** Start time of the process, only for comparing; undefined when there is no such process. */
export function startTimeOf(pid: number): string | undefined {
  try {
    // The name in brackets may hold spaces and brackets itself; the start time is the 20th field after it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return isAlive(pid) && processIds().length === 0 ? 'unknown' : undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
