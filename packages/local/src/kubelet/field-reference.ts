import type { Pod } from './pod.ts';

/** The value of a downward API `fieldPath`; undefined when Kubernetes has no such path. */
export function fieldValue(pod: Pod, podIp: string, fieldPath: string): string | undefined {
  const subscript = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath);
  if (subscript !== null) {
    const entries = subscript[1] === 'labels' ? pod.metadata.labels : pod.metadata.annotations;
    return entries?.[subscript[2] ?? ''] ?? '';
  }
  switch (fieldPath) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace;
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return entryLines(pod.metadata.labels);
    case 'metadata.annotations':
      return entryLines(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? 'default';
    case 'status.hostIP':
    case 'status.hostIPs':
      return '127.0.0.1';
    case 'status.podIP':
    case 'status.podIPs':
      return podIp;
    default:
      return undefined;
  }
}

function entryLines(entries: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(entries ?? {})
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}
