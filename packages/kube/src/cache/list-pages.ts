import type { AnyKubeObject, ResourceType } from '../objects/kube-object.ts';
import type { KubeClient, ListOptions, ObjectList } from '../ports/kube.ts';

const pageSize = 500;

/** Reads all pages of a list. Its version is that of the first page, from which the server cuts all later ones. */
export async function listPages(
  client: KubeClient,
  resource: ResourceType,
  options: ListOptions,
  signal: AbortSignal,
): Promise<ObjectList> {
  const items: AnyKubeObject[] = [];
  let first: ObjectList | undefined;
  let next: string | undefined;
  do {
    const page = await client.list(
      resource,
      { ...options, limit: pageSize, ...(next === undefined ? {} : { continue: next }) },
      signal,
    );
    first ??= page;
    items.push(...page.items);
    // guard: a-list-is-read-to-its-last-page
    next = page.continue;
  } while (next !== undefined);
  return { resourceVersion: first.resourceVersion, items };
}
