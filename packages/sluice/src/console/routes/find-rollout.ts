import type { ConsoleContext } from '../console-env.ts';
import type { ConsoleParts } from '../console-parts.ts';
import type { Rollout } from '../live/rollout-book.ts';

/** The rollout of a path, if its viewer may see it: one that is hidden looks like one that is not there. */
export async function findRollout(
  { book, permissions }: ConsoleParts,
  context: ConsoleContext,
): Promise<Rollout | undefined> {
  const found = book.find(context.req.param('namespace') ?? '', context.req.param('name') ?? '');
  return await ifVisible(permissions, context, found);
}

export async function ifVisible(
  permissions: ConsoleParts['permissions'],
  context: ConsoleContext,
  rollout: Rollout | undefined,
): Promise<Rollout | undefined> {
  if (rollout === undefined) return undefined;
  const isVisible = await permissions.mayList(context.get('viewer'), rollout.view.metadata.namespace);
  // guard: a-rollout-is-shown-to-those-who-may-list-it
  if (!isVisible) return undefined;
  return rollout;
}
