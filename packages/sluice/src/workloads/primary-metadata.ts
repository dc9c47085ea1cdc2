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

/** What Kubernetes' own controllers note, revisions of a Deployment and generations of a DaemonSet, and by what Argo CD knows its own. */
const controllerNotes = [
  'deployment.kubernetes.io/',
  'deprecated.daemonset.template.',
  // guard: marks-of-argo-cd-are-of-the-target
  'argocd.argoproj.io/',
];

/** What kubectl, Flux and the target's controller note about the target is not true of the primary. */
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
