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
  /** Where a pod finds its service account; default the folder that every kubelet uses. */
  readonly serviceAccountFolder?: string;
}

/** How to reach one API server, as whom. */
export interface KubeConnection {
  readonly server: string;
  /** Of the context; what `-n` defaults to. */
  readonly namespace: string | undefined;
  /** Where it was found, for messages: a path, or `in-cluster`. */
  readonly source: string;
  /** Hand these to `createHttpClient`. */
  readonly http: {
    readonly proxyFromEnvironment: boolean;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly tls: TlsOptions;
  };
  /** The certificates as they are now: others rotate their files, and exec plugins hand out new ones. Rejects while they cannot be had. */
  readTls(): Promise<TlsOptions>;
  /** Adds the credentials; exec plugins, OIDC and rotated tokens are looked after here. */
  authorize(headers: Readonly<Record<string, string>>): Promise<Record<string, string>>;
}
