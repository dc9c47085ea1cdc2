import type { KubeObject } from '@sluice/kube/objects/kube-object.ts';
import { pods } from '@sluice/kube/objects/resources.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { PodTemplate } from '../kubelet/pod.ts';
import type { ControllerParts } from './controller.ts';
import { controllerReference } from './workload.ts';

/** Creates a pod from the template. When the store refuses it, records an event and throws the refusal. */
export function createPod(
  owner: KubeObject,
  template: PodTemplate,
  { store, record }: Pick<ControllerParts, 'store' | 'record'>,
): void {
  const { name, namespace } = owner.metadata;
  const metadata = {
    name: '',
    generateName: `${name}-`,
    ...(namespace === undefined ? {} : { namespace }),
    labels: template.metadata?.labels ?? {},
    ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
    ownerReferences: [controllerReference(owner)],
  };
  try {
    const pod = store.create(pods, { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec });
    record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
  } catch (error) {
    record(owner, 'Warning', 'FailedCreate', `Error creating: ${describeError(error)}`);
    throw error;
  }
}
