import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';

/** Interfaces between the parts of the local cluster. Each part has its own folder; `cluster.ts` joins them. */

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: AnyKubeObject;
  /** With MODIFIED: the object before the change. */
  readonly previous?: AnyKubeObject;
}

/** Objects in memory, by Kubernetes' rules. Failures are `KubeError` (404 NotFound, 409 Conflict, 422 Invalid ...). */
export interface LocalStore {
  get(resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined;
  list(
    resource: ResourceType,
    options?: { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> },
  ): readonly AnyKubeObject[];
  create(resource: ResourceType, object: AnyKubeObject): AnyKubeObject;
  /** Replaces the object. With `metadata.resourceVersion` set: 409 when stale. `status` writes only `.status`; otherwise `.status` is kept. */
  update(
    resource: ResourceType,
    object: AnyKubeObject,
    options?: { readonly subresource?: 'status' },
  ): AnyKubeObject;
  /** Honours finalizers (sets deletionTimestamp) and garbage-collects owned objects. Pods: see kubelet. */
  delete(
    resource: ResourceType,
    ref: ObjectRef,
    options?: {
      readonly uid?: string;
      readonly gracePeriodSeconds?: number;
      readonly propagationPolicy?: string;
    },
  ): void;
  /** Calls `listener` synchronously after each change, in order. The returned function unsubscribes. */
  subscribe(resource: ResourceType, listener: (event: StoreEvent) => void): () => void;
}

/** The kubelet's side of `logs`, `exec` and `attach`, as the API server sees it. Failures are `KubeError`. */
export interface PodRuntime {
  logs(pod: ObjectRef, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  exec(pod: ObjectRef, options: ExecOptions): ExecSession;
}

export interface LogOptions {
  readonly container?: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  readonly timestamps: boolean;
  readonly limitBytes?: number;
}

export interface ExecOptions {
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly onStdout: (chunk: Uint8Array) => void;
  readonly onStderr: (chunk: Uint8Array) => void;
  /** Called when input is read again after `writeStdin` returned false. */
  readonly onStdinReady: () => void;
  /** Called once, at the end. Code 126 or 127: the command could not start, and stderr says why. */
  readonly onExit: (code: number) => void;
}

export interface ExecSession {
  /** Keeps every chunk. False: no more should come before `onStdinReady`. */
  writeStdin(chunk: Uint8Array): boolean;
  endStdin(): void;
  resize(columns: number, rows: number): void;
  kill(): void;
}

/** Stand-ins for well-known images, so that a pod is a process without any container engine. */
export interface ImageCatalog {
  /** The command for `image` with the container's own command and args; undefined for an unknown image. */
  resolve(
    image: string,
    container: { readonly command: readonly string[]; readonly args: readonly string[] },
  ): ImageCommand | undefined;
  /** Folder of programs that probes and exec use (`podcli`, `wget`, `curl`, `hey`, `helm`): first on a container's PATH. */
  readonly programs: string;
}

export interface ImageCommand {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** Addresses and names. All on loopback. */
export interface PodNetwork {
  /** An address of this cluster's range for a new pod; freed with `release`. */
  allocatePodIp(): string;
  release(ip: string): void;
  /** `http_proxy`, `HTTP_PROXY`, `no_proxy`, `NO_PROXY`, `NODE_USE_ENV_PROXY` ... of a process in `namespace`. */
  environment(namespace: string): Promise<Readonly<Record<string, string>>>;
}
