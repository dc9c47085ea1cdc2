import { pods } from '@sluice/kube/objects/resources.ts';
import type { LocalStore } from '../contracts.ts';
import { parseImage } from '../images/image-name.ts';
import { readPod, type PodView } from '../network/pod.ts';
import type { Labels } from './labels.ts';

export interface ScrapeTarget {
  readonly url: string;
  /** `ip:port`, its label `instance`. */
  readonly instance: string;
  /** Added to every sample of the target. */
  readonly labels: Labels;
}

/** Ready pods with the annotation `prometheus.io/scrape`, and those of well-known images. */
export function findScrapeTargets(store: LocalStore): readonly ScrapeTarget[] {
  return store
    .list(pods)
    .map(readPod)
    .filter((pod) => pod.ready && pod.ip !== '')
    .flatMap(targetOf);
}

function targetOf(pod: PodView): readonly ScrapeTarget[] {
  const wish = pod.annotations['prometheus.io/scrape'];
  const port = portOf(pod);
  if (wish === 'false' || port === undefined || (wish !== 'true' && !isWellKnown(pod))) return [];
  const path = pod.annotations['prometheus.io/path'] ?? '/metrics';
  const instance = `${pod.ip}:${port}`;
  return [{ url: `http://${instance}${path}`, instance, labels: labelsOf(pod, instance) }];
}

function isWellKnown(pod: PodView): boolean {
  return pod.images.some((image) => parseImage(image).name === 'podinfo');
}

function portOf(pod: PodView): number | undefined {
  const annotated = Number(pod.annotations['prometheus.io/port'] ?? Number.NaN);
  if (Number.isInteger(annotated)) return annotated;
  const named = pod.ports.find((port) => port.name === 'http-metrics') ?? pod.ports[0];
  return named?.port;
}

/** Labels as the usual `kubernetes-pods` job sets them: those of the pod first, then those of its origin. */
function labelsOf(pod: PodView, instance: string): Labels {
  const own = Object.entries(pod.labels).map(([name, value]) => [name.replace(/[^a-zA-Z0-9_]/g, '_'), value]);
  return {
    ...Object.fromEntries(own),
    job: 'kubernetes-pods',
    instance,
    namespace: pod.namespace,
    pod: pod.name,
    kubernetes_namespace: pod.namespace,
    kubernetes_pod_name: pod.name,
  };
}
