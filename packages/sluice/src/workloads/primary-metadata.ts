import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asTextMap } from '@sluice/lib/json/json-read.ts';
import type { PrimaryContext } from '../ports/workload.ts';
import {
  isToolkitKey,
  lastAppliedAnnotation,
  passesPrefixes,
  revisionAnnotation,
} from '../rules/objects/object-keys.ts';

export function primaryLabels(
  target: AnyKubeObject,
  context: Pick<PrimaryContext, 'includeLabelPrefixes'>,
): Record<string, string> {
  const labels = Object.entries(asTextMap(target.metadata.labels));
  return Object.fromEntries(labels.filter(([key]) => passesPrefixes(key, context.includeLabelPrefixes)));
}

/** Annotations of Kubernetes' controllers (revision of a Deployment, generation of a DaemonSet) and of Argo CD. */
const controllerNotes = [
  'deployment.kubernetes.io/',
  'deprecated.daemonset.template.',
  // guard: marks-of-argo-cd-are-of-the-target
  'argocd.argoproj.io/',
];

/** The target's annotations without those of kubectl, Flux and its controller, which are not true of the primary. */
export function primaryAnnotations(target: AnyKubeObject, revision: string): Record<string, string> {
  const annotations = Object.entries(asTextMap(target.metadata.annotations));
  const passing = annotations.filter(
    ([key]) =>
      !isToolkitKey(key) &&
      key !== lastAppliedAnnotation &&
      !controllerNotes.some((prefix) => key.startsWith(prefix)) &&
      !key.startsWith('sluice.dev/'),
  );
  return { ...Object.fromEntries(passing), [revisionAnnotation]: revision };
}
