import { readdirSync, readFileSync } from 'node:fs';

/** Processes whose environment names `folder`: every container of a cluster with its files there does. Linux only. */
export function processesNaming(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder);
      } catch {
        return false;
      }
    });
}
