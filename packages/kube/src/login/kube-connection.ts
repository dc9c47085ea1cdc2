import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { TlsOptions } from '@sluice/lib/ports/http.ts';

export interface KubeConfigOptions {
  /** Path of a kubeconfig; wins over everything else. */
  readonly kubeconfig?: string;
  /** API server URL that replaces the one of the kubeconfig. */
  readonly master?: string;
  /** Name of a context other than the current one. */
  readonly context?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** False: never runs an exec plugin or refreshes a token; a kubeconfig that needs one is refused. */
  readonly mayLogIn?: boolean;
  /** Folder of the pod's service account; default the one that every kubelet uses. */
  readonly serviceAccountFolder?: string;
}

/** Address and credentials of one API server. */
export interface KubeConnection {
  readonly server: string;
  /** Namespace of the context; the default of `-n`. */
  readonly namespace: string | undefined;
  /** Name of the user in the kubeconfig: a name for people, not proven. Absent in a pod. */
  readonly user?: string;
  /** Source of these settings, for messages: a path, or `in-cluster`. */
  readonly source: string;
  /** Options for `createHttpClient`. */
  readonly http: {
    readonly proxyFromEnvironment: boolean;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly tls: TlsOptions;
  };
  /** Reads the current certificates: files rotate, and exec plugins issue new ones. Rejects when that fails. */
  readTls(): Promise<TlsOptions>;
  /** Adds the credentials, from exec plugins, OIDC or rotated tokens. */
  authorize(headers: Readonly<Record<string, string>>): Promise<Record<string, string>>;
}
