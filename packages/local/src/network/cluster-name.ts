/** A Service as a URL names it, from inside `namespace`. */
export interface ServiceName {
  readonly namespace: string;
  readonly service: string;
}

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * Resolves `host` for a caller in `namespace`: `svc`, `svc.ns`, `svc.ns.svc` and `svc.ns.svc.cluster.local`. Undefined:
 * it cannot be a Service.
 */
export function parseClusterName(host: string, namespace: string): ServiceName | undefined {
  const labels = host
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/\.cluster\.local$/, '')
    .split('.');
  if (!labels.every((part) => label.test(part)) || labels.every((part) => /^\d+$/.test(part))) return;
  const [service = '', inNamespace, svc, ...more] = labels;
  if (more.length > 0 || (svc !== undefined && svc !== 'svc')) return undefined;
  return { service, namespace: inNamespace ?? namespace };
}

/** Names that only a cluster has: an unknown Service of this form is an error, and is never looked up outside. */
export function isClusterOnlyName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return !name.includes('.') || name.endsWith('.svc') || name.endsWith('.cluster.local');
}
