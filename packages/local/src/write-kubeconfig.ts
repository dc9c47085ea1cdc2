import { rmSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';

/** A kubeconfig with the one context `sluice-local`, for its owner alone: the secret in the path of `apiUrl` is the credential. */
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
  // The mode counts only for a file that is made, and a link of another user would be followed.
  rmSync(path, { force: true });
  writeFileSync(path, stringify(config), { mode: 0o600, flag: 'wx' });
}
