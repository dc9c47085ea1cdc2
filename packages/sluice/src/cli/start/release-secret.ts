import { gzipSync } from 'node:zlib';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';

export interface ReleaseParts {
  readonly name: string;
  readonly namespace: string;
  /** YAML of the release's objects. */
  readonly manifest: string;
  /** YAML of its test pod, with the `helm.sh/hook: test` annotation. */
  readonly testPod: { readonly name: string; readonly manifest: string };
  /** RFC 3339. */
  readonly now: string;
}

/**
 * The Secret in which helm keeps revision 1 of a release, so that `helm list` and `helm test` find the example
 * although helm did not install it: base64 of base64 of gzipped JSON.
 */
export function releaseSecret(parts: ReleaseParts): AnyKubeObject {
  const packed = gzipSync(JSON.stringify(releaseOf(parts))).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `sh.helm.release.v1.${parts.name}.v1`,
      namespace: parts.namespace,
      labels: { owner: 'helm', name: parts.name, status: 'deployed', version: '1' },
    },
    type: 'helm.sh/release.v1',
    data: { release: Buffer.from(packed).toString('base64') },
  };
}

const releaseOf = ({ name, namespace, manifest, testPod, now }: ReleaseParts) => ({
  name,
  namespace,
  version: 1,
  manifest,
  info: {
    first_deployed: now,
    last_deployed: now,
    deleted: '',
    description: 'Install complete',
    status: 'deployed',
  },
  chart: {
    metadata: { name, version: '6.0.0', appVersion: '6.0.0', apiVersion: 'v2' },
    templates: [],
  },
  hooks: [
    {
      name: testPod.name,
      kind: 'Pod',
      path: `${name}/templates/tests/service.yaml`,
      manifest: testPod.manifest,
      events: ['test'],
      last_run: { started_at: '', completed_at: '', phase: '' },
    },
  ],
});
