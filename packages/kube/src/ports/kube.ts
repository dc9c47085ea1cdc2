import type { AnyKubeObject, ObjectRef, ResourceType } from '../objects/kube-object.ts';

/**
 * The Kubernetes API, as small as Sluice needs it. Every method rejects with `KubeError` (objects/kube-error.ts)
 * when the server refuses or cannot be reached, and with the signal's reason when aborted.
 */
export interface KubeClient {
  get(resource: ResourceType, ref: ObjectRef, signal: AbortSignal): Promise<AnyKubeObject>;
  /** One page. `continue` of the answer asks for the next one; absent on the last. */
  list(resource: ResourceType, options: ListOptions, signal: AbortSignal): Promise<ObjectList>;
  /** Ends when the server closes the stream; an ERROR event is thrown as `KubeError`. */
  watch(resource: ResourceType, options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent>;
  create(resource: ResourceType, object: AnyKubeObject, signal: AbortSignal): Promise<AnyKubeObject>;
  /** JSON merge patch (RFC 7386). Put `metadata.resourceVersion` into the patch to make it conditional. */
  mergePatch(
    resource: ResourceType,
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    options: PatchOptions,
    signal: AbortSignal,
  ): Promise<AnyKubeObject>;
  /** Server-side apply; creates when absent. */
  apply(
    resource: ResourceType,
    object: AnyKubeObject,
    options: ApplyOptions,
    signal: AbortSignal,
  ): Promise<AnyKubeObject>;
  delete(resource: ResourceType, ref: ObjectRef, options: DeleteOptions, signal: AbortSignal): Promise<void>;
}

export interface ListOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  /** Only `metadata` of each object comes back (PartialObjectMetadata). */
  readonly metadataOnly?: boolean;
}

export interface ObjectList {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly items: readonly AnyKubeObject[];
}

export interface WatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion: string;
  /** The server ends the watch after this many seconds. */
  readonly timeoutSeconds: number;
  readonly metadataOnly?: boolean;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: AnyKubeObject;
}

export interface PatchOptions {
  readonly subresource?: 'status' | 'scale';
}

export interface ApplyOptions {
  /** Take over fields that another manager owns. */
  readonly force?: boolean;
}

export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
}
