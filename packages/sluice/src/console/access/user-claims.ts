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
  const kept: string[] = [];
  for (const one of list) {
    const group = asText(one)?.trim() ?? '';
    // guard: groups-of-the-system-come-from-the-cluster-alone
    if (isSystem(group)) continue;
    if (group !== '' && group.length <= longestName) kept.push(group);
  }
  return { name: text, groups: kept.slice(0, mostGroups) };
}

const isSystem = (name: string): boolean => name.toLowerCase().startsWith('system:');
