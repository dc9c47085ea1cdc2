import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessFigures {
  readonly pid: number;
  /** The pod's name, else the program. */
  readonly name: string;
  readonly residentMb: number;
  /** User and system time since its start. */
  readonly cpuSeconds: number;
  readonly command: string;
}

/** Of Linux everywhere we run. */
const ticksPerSecond = 100;

/** `pid` itself, and every process whose environment names `folder`. Linux only. */
export function measureProcesses(pid: number, folder: string): readonly ProcessFigures[] {
  const ids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return ids.flatMap((id) => {
    try {
      const environment = readFileSync(`/proc/${id}/environ`, 'utf8').split('\0');
      if (id !== pid && !environment.some((variable) => variable.startsWith(`KUBECONFIG=${folder}`)))
        return [];
      const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const name = id === pid ? 'local cluster' : nameOf(environment);
      return [{ pid: id, name, command, ...figuresOf(id) }];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

/** `flagger-loadtester` of the pod `flagger-loadtester-5pzv6jpkdq-bcg8v`. */
const nameOf = (environment: readonly string[]): string =>
  (environment.find((variable) => variable.startsWith('POD_NAME=')) ?? 'POD_NAME=?')
    .slice('POD_NAME='.length)
    .replace(/-[a-z0-9]{10}-[a-z0-9]{5}$/, '');

/** Of one process, now. */
export function figuresOf(pid: number): { residentMb: number; cpuSeconds: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    residentMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
  };
}
