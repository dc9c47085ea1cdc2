import { asList, asText } from '@sluice/lib/json/json-read.ts';
import type { User } from '../../people/who-am-i.ts';

const mostGroups = 256;
const longestName = 253;

/**
 * A user by the word of somebody beside the cluster. Undefined for a name that is missing, too long, or one of Kubernetes'
 * own (`system:`), which a provider must not hand out; groups of that kind are left out.
 */
export function outsideUser(name: unknown, groups: unknown): User | undefined {
  const text = asText(name)?.trim() ?? '';
  // guard: names-of-the-system-come-from-the-cluster-alone
  if (text === '' || text.length > longestName || isSystem(text)) return undefined;
  const list = typeof groups === 'string' ? [groups] : asList(groups);
  const known = list.flatMap((group) => asText(group)?.trim() ?? []).filter((group) => group !== '');
  return {
    name: text,
    // guard: groups-of-the-system-come-from-the-cluster-alone
    groups: known.filter((group) => !isSystem(group) && group.length <= longestName).slice(0, mostGroups),
  };
}

const isSystem = (name: string): boolean => name.toLowerCase().startsWith('system:');
