import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { GuardedOptions } from '@sluice/lib/http/guarded-server.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { User } from '../people/who-am-i.ts';
import type { Describe } from './live/unreadable-view.ts';

/** A change of a Canary, as a watch reports it. The first list comes as ADDED. */
export interface CanaryChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: AnyKubeObject;
}

/** The Canaries that this console sees. */
export interface CanarySource {
  /** Calls with each change, first with all that are there. The returned function unsubscribes. */
  follow(listener: (change: CanaryChange) => void): () => void;
  /** Why the Canaries are not up to date, one sentence; undefined while they are. */
  problem(): string | undefined;
}

/** How a console asks the cluster. */
export interface ConsoleCluster {
  readonly canaries: CanarySource;
  /** Speaks with the console's own credentials. */
  readonly client: KubeClient;
  /** Speaks in the name of a user. */
  clientAs(user: User): KubeClient;
  /** Name for people, such as the address of the API server. */
  readonly name: string;
}

export interface ConsoleDeps {
  readonly cluster: ConsoleCluster;
  readonly clock: Clock;
  readonly log: Log;
  /** 256 bits by chance, as text for a URL. */
  readonly newSecret: () => string;
  /** Requests to an OIDC provider. */
  readonly http: HttpClient;
  readonly version: string;
  /** Makes the view of a Canary: knows the routers of this installation. */
  readonly describe: Describe;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly guard: Pick<GuardedOptions, 'isOwn' | 'onlyUser'>;
}

/** How users are known. */
export type AccessOptions =
  /** Everybody who reaches the listener is the user of the kubeconfig: for loopback addresses alone. */
  | { readonly mode: 'kubeconfig' }
  /** Users log in by a bearer token of the cluster. */
  | { readonly mode: 'token' }
  | OidcOptions
  | ProxyOptions;

export interface OidcOptions {
  readonly mode: 'oidc';
  /** URL of the provider. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** URL at which people reach this console: `https://sluice.example.com`. */
  readonly publicUrl: string;
  readonly scopes: string;
  /** As the API server's flags of the same names. */
  readonly usernameClaim: string;
  readonly usernamePrefix: string;
  readonly groupsClaim: string;
  readonly groupsPrefix: string;
}

export interface ProxyOptions {
  readonly mode: 'proxy';
  /** Names of headers, lower-case. */
  readonly userHeader: string;
  readonly groupsHeader: string;
  /** Whether the headers of a peer with this address count. */
  readonly isTrusted: (address: string) => boolean;
}

export interface ConsoleOptions {
  readonly listen: ListenOptions;
  readonly access: AccessOptions;
  /** Settings for the page of settings: name, value, origin. */
  readonly settings: readonly (readonly [string, string, string])[];
}
