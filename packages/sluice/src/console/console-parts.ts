import type { Access } from './access/access.ts';
import type { Permissions } from './access/permissions.ts';
import type { Sessions } from './access/sessions.ts';
import type { ConsoleDeps, ConsoleOptions } from './console-deps.ts';
import type { RolloutBook } from './live/rollout-book.ts';
import type { ClusterReads } from './reads/cluster-reads.ts';
import type { Show } from './show-page.ts';

/** What the pages are made of. */
export interface ConsoleParts {
  readonly deps: ConsoleDeps;
  readonly options: ConsoleOptions;
  readonly book: RolloutBook;
  readonly sessions: Sessions;
  readonly permissions: Permissions;
  readonly access: Access;
  readonly reads: ClusterReads;
  readonly show: Show;
}
