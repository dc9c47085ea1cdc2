export interface ImageName {
  /** `ghcr.io/stefanprodan/podinfo` */
  readonly repository: string;
  /** `podinfo` */
  readonly name: string;
  /** `latest` when there is none. */
  readonly tag: string;
}

/** Splits `registry:5000/path/name:tag@sha256:...`. */
export function parseImage(image: string): ImageName {
  const [reference = ''] = image.split('@');
  const slash = reference.lastIndexOf('/');
  const colon = reference.indexOf(':', slash + 1);
  const repository = colon === -1 ? reference : reference.slice(0, colon);
  return {
    repository,
    name: repository.slice(slash + 1),
    tag: colon === -1 ? 'latest' : reference.slice(colon + 1),
  };
}
