import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { Store } from '../store/store.ts';
import type { Target } from './target.ts';

/** How the client wants objects shown, read from its Accept header. JSON is the answer to everything else. */
export interface Presentation {
  one(object: AnyKubeObject): unknown;
  list(page: ListPage): unknown;
  /** A watch's events; made anew for each watch, because Tables carry their columns in the first event only. */
  event(): (object: AnyKubeObject) => unknown;
  /** What a bookmark says it is, where that is not the kind watched. */
  readonly bookmarkType?: { readonly kind: string; readonly apiVersion: string };
}

export interface ListPage {
  readonly resourceVersion: string;
  readonly items: readonly AnyKubeObject[];
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface PresentationContext {
  readonly store: Store;
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly now: () => number;
}

/** The first `as=` the client asks for, with its version; undefined: the objects themselves. */
export function askedForm(accept: string): string | undefined {
  const first = accept
    .split(',')
    .map((part) => part.replaceAll(' ', '').split(';'))
    .find(([type]) => type === 'application/json' || type === '*/*');
  return first?.find((parameter) => parameter.startsWith('as='))?.slice(3);
}

export const listMeta = ({ resourceVersion, continue: token, remainingItemCount }: ListPage) => ({
  resourceVersion,
  ...(token === undefined ? {} : { continue: token }),
  ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
});

export function plainPresentation({ target }: PresentationContext): Presentation {
  const { resource } = target;
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  return {
    one: (object) => object,
    list: (page) => ({
      kind: `${resource.kind}List`,
      apiVersion,
      metadata: listMeta(page),
      items: page.items,
    }),
    event: () => (object) => object,
  };
}

const partial = ({ metadata }: AnyKubeObject) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});

export const metadataPresentation: Presentation = {
  one: partial,
  list: (page) => ({
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: listMeta(page),
    items: page.items.map(partial),
  }),
  event: () => partial,
  bookmarkType: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' },
};
