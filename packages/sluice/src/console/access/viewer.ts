import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { User } from '../../people/who-am-i.ts';

/** Somebody whose name is known. */
export interface Viewer {
  /** Tells viewers apart in caches and limits; no secret. */
  readonly id: string;
  readonly user: User;
  /** `kubeconfig`, `token`, `oidc` or `proxy`. */
  readonly knownBy: string;
  /** Speaks to the cluster in the name of the user. */
  readonly client: KubeClient;
  /** Secret that each form of this viewer sends back. */
  readonly csrf: string;
}
