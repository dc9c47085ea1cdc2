import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';

/** A kubeconfig with the one context `sluice-local`. No credentials: the API server listens on loopback only. */
export function writeKubeconfig(path: string, apiUrl: string): void {
  const name = 'sluice-local';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: apiUrl } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  };
  writeFileSync(path, stringify(config), { mode: 0o600 });
}
