import type { AnyKubeObject, ResourceType } from '../objects/kube-object.ts';
import type { KubeClient, ListOptions, ObjectList } from '../ports/kube.ts';

const pageSize = 500;

/** All pages of a list as one; its version is the first page's, from which all later pages are cut. */
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
