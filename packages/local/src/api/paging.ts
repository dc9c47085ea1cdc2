import { randomUUID } from 'node:crypto';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { badRequest, expired } from '../store/status-error.ts';
import type { ListPage } from './presentation.ts';

/** Pages through one consistent list. A snapshot holds references only; few are kept, so old tokens expire (410). */
export interface Pager {
  first(items: readonly AnyKubeObject[], resourceVersion: string, limit: number): ListPage;
  next(token: string, limit: number): ListPage;
}

interface Snapshot {
  readonly items: readonly AnyKubeObject[];
  readonly resourceVersion: string;
}

export function createPager(keep = 100): Pager {
  const snapshots = new Map<string, Snapshot>();
  const page = (id: string, { items, resourceVersion }: Snapshot, from: number, limit: number): ListPage => {
    const end = limit > 0 ? from + limit : items.length;
    if (end >= items.length) return { resourceVersion, items: items.slice(from) };
    return {
      resourceVersion,
      items: items.slice(from, end),
      continue: Buffer.from(`${id}:${end}`).toString('base64url'),
      remainingItemCount: items.length - end,
    };
  };
  return {
    first(items, resourceVersion, limit) {
      const snapshot = { items, resourceVersion };
      const id = randomUUID();
      const answer = page(id, snapshot, 0, limit);
      if (answer.continue === undefined) return answer;
      snapshots.set(id, snapshot);
      for (const oldest of snapshots.keys()) {
        if (snapshots.size <= keep) break;
        snapshots.delete(oldest);
      }
      return answer;
    },
    next(token, limit) {
      const match = /^([0-9a-f-]{36}):(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString());
      if (match === null) throw badRequest('continue key is not valid');
      const snapshot = snapshots.get(match[1] ?? '');
      if (snapshot === undefined) {
        throw expired(
          'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
        );
      }
      return page(match[1] ?? '', snapshot, Number(match[2]), limit);
    },
  };
}
