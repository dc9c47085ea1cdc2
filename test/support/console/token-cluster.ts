/** A cluster that knows tokens and rights: answers TokenReviews and SelfSubjectAccessReviews as an API server does. */
export interface TokenCluster {
  /** Users by token: a token that is taken away is revoked. */
  readonly tokens: Map<string, { readonly username: string; readonly groups: readonly string[] }>;
  /** Whether a user may. `namespace` is '' for all. */
  may: (user: string, verb: string, namespace: string) => boolean;
  readonly intercept: (request: Request) => Promise<Response | undefined>;
}

export function createTokenCluster(): TokenCluster {
  const cluster: TokenCluster = {
    tokens: new Map([
      ['token-of-alice', { username: 'alice', groups: ['sre', 'system:authenticated'] }],
      ['token-of-bob', { username: 'bob', groups: [] }],
    ]),
    may: () => true,
    async intercept(request) {
      if (request.url.includes('/tokenreviews')) {
        const { spec } = JSON.parse(await request.text()) as { spec: { token: string } };
        const user = cluster.tokens.get(spec.token);
        return reviewed({ authenticated: user !== undefined, ...(user === undefined ? {} : { user }) });
      }
      if (!request.url.includes('/selfsubjectaccessreviews')) return undefined;
      const { spec } = JSON.parse(await request.text()) as {
        spec: { resourceAttributes: { verb: string; namespace?: string } };
      };
      const { verb, namespace = '' } = spec.resourceAttributes;
      const user = request.headers.get('impersonate-user') ?? '';
      return reviewed({ allowed: cluster.may(user, verb, namespace) });
    },
  };
  return cluster;
}

const reviewed = (status: object): Response =>
  new Response(JSON.stringify({ kind: 'Review', metadata: {}, status }), { status: 201 });
