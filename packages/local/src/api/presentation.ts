import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { Store } from '../store/store.ts';
import type { Target } from './target.ts';

/** Form of objects that the client's Accept header asks for. JSON is the default. */
export interface Presentation {
  one(object: AnyKubeObject): unknown;
  list(page: ListPage): unknown;
  /** Form of a watch's events; created for each watch, because Tables have their columns in the first event only. */
  event(): (object: AnyKubeObject) => unknown;
  /** Kind of bookmarks, where it differs from the watched kind. */
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

/** The `as=` of the first JSON media type that the client accepts; undefined: plain objects. */
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
