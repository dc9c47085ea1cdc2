import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';

export const deploymentSpec = {
  replicas: 1,
  selector: { matchLabels: { app: 'podinfo' } },
  template: {
    metadata: { labels: { app: 'podinfo' } },
    spec: { containers: [{ name: 'podinfo', image: 'ghcr.io/stefanprodan/podinfo:6.0.0' }] },
  },
};

export const podinfoDeployment = (name: string, namespace: string): AnyKubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: deploymentSpec,
});
