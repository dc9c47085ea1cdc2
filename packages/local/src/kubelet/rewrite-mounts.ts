import { normalize } from 'node:path';
import { inside } from '@sluice/lib/fs/inside.ts';
import type { Container } from './pod.ts';

/**
 * Replaces a container's mount paths by their real folders, where they are whole path prefixes:
 * `--config=/etc/app/a.yaml` with a mount at `/etc/app`.
 */
export function mountRewriter(
  container: Container,
  volumes: ReadonlyMap<string, string>,
): (text: string) => string {
  const mounts = (container.volumeMounts ?? [])
    .flatMap(({ name, mountPath, subPath }) => {
      const folder = volumes.get(name);
      const from = mountPath.replace(/\/+$/, '');
      return folder === undefined || from === '' ? [] : [{ from, to: partOf(folder, subPath) }];
    })
    .toSorted((a, b) => b.from.length - a.from.length);
  if (mounts.length === 0) return (text) => text;
  const paths = mounts.map(({ from }) => from.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const pattern = new RegExp(`(?<![\\w./-])(${paths.join('|')})(?=$|[/:,;\\s"'])`, 'g');
  return (text) => text.replace(pattern, (path) => mounts.find(({ from }) => from === path)?.to ?? path);
}

/** A subPath of `.` is the whole volume. */
const partOf = (folder: string, subPath = '.'): string =>
  /^\.?\/?$/.test(normalize(subPath)) && !subPath.startsWith('/') ? folder : inside(folder, subPath);
