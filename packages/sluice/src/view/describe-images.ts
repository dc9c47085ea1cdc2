import type { CanaryStatus, Run } from '../api/canary-status.ts';

/**
 * What a run changes: `IMAGE → IMAGE` with full names for each container whose image differs. Where none differs, the
 * pods change by their configuration or template alone. Empty without a run.
 */
export function describeImages({ run, phase }: CanaryStatus): string {
  const before = (run?.oldImages ?? []).map(readImage);
  const after = (run?.newImages ?? []).map(readImage);
  const containers = [...new Set([...before, ...after].map(({ container }) => container))];
  const isOne = containers.length === 1;
  const lines = containers.map((container) => {
    const old = imageOf(before, container);
    const now = imageOf(after, container);
    return `${isOne ? '' : `${container}: `}${old === now ? now : `${old} → ${now}`}`;
  });
  if (lines.length === 0) return '';
  const isSame = containers.every((container) => imageOf(before, container) === imageOf(after, container));
  // A run that ended with a cause, but did not fail, found nothing to promote.
  const isNothing = run?.cause !== undefined && (phase === 'Succeeded' || phase === 'Finalising');
  return `${lines.join(', ')}${isSame && !isNothing ? ', configuration changed' : ''}`;
}

/** Tag of the first image that a run changes, or of its first image: `2.4.1`. Undefined without one. */
export function tagOf(run: Run | undefined): string | undefined {
  const before = new Set(run?.oldImages);
  const after = run?.newImages ?? [];
  const { image } = readImage(after.find((one) => !before.has(one)) ?? after[0] ?? '');
  return /:([^:/]+)$/.exec(image.replace(/@.*/, ''))?.[1];
}

/** Full names of the images that ran before a run. */
export const imagesBefore = (run: Run): readonly string[] =>
  (run.oldImages ?? []).map((text) => readImage(text).image);

interface ContainerImage {
  readonly container: string;
  readonly image: string;
}

/** The status has them as `container=image`. */
function readImage(text: string): ContainerImage {
  const at = text.indexOf('=');
  return { container: text.slice(0, Math.max(0, at)), image: text.slice(at + 1) };
}

const imageOf = (images: readonly ContainerImage[], container: string): string =>
  images.find((one) => one.container === container)?.image ?? 'none';
