import type { HttpRequest } from '@sluice/lib/ports/http.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';

/** A kube-apiserver, and a client of a cluster administrator. */
export interface RealKube {
  readonly client: KubeClient;
  /** What the client has no method for. The body of a request is sent as it is, as JSON unless its header says more. */
  readonly request: (request: RawRequest) => Promise<RawAnswer>;
  close(): Promise<void>;
}

export interface RawRequest extends Pick<HttpRequest, 'method' | 'body' | 'headers'> {
  /** From the server's root, with its query: `/api/v1/namespaces/test/pods?dryRun=All`. */
  readonly path: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}
