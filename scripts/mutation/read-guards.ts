import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMarkers } from './markers.ts';

/** Guards marked in the source. */
export interface Guards {
  /** Number of files read. */
  readonly files: number;
  /** Files of each guard by its name, relative to the root. */
  readonly places: ReadonlyMap<string, ReadonlySet<string>>;
  /** Comments that begin as a marker and are none. */
  readonly problems: readonly string[];
}

/** Reads every source file below `root/packages` except tests. */
export function readGuards(root: string): Guards {
  const places = new Map<string, Set<string>>();
  const problems: string[] = [];
  const files = readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => `packages/${path.replaceAll('\\', '/')}`)
    .toSorted();
  for (const file of files) {
    const found = readMarkers(file, readFileSync(join(root, file), 'utf8'));
    problems.push(...found.problems);
    for (const { name } of found.markers) places.set(name, (places.get(name) ?? new Set()).add(file));
  }
  return { files: files.length, places, problems };
}
