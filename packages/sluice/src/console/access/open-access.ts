import { createHmac } from 'node:crypto';
import type { ConsoleDeps, ProxyOptions } from '../console-deps.ts';
import { peerOf } from '../console-env.ts';
import { html } from '../html.ts';
import type { Access, ShowOutside } from './access.ts';
import { outsideUser } from './user-claims.ts';
import type { User } from '../../people/who-am-i.ts';

/** Everybody who reaches the listener is `user`: its listener answers one user of this machine alone. */
export function createKubeconfigAccess(deps: ConsoleDeps, user: User): Access {
  const csrf = csrfFor(deps.newSecret(), user.name);
  const { client } = deps.cluster;
  const viewer = { id: user.name, user, knownBy: 'kubeconfig', client, csrf };
  return {
    viewerOf: () => Promise.resolve(viewer),
    answerUnknown: (context) => context.text('nobody is known', 401),
    addPaths: () => {},
    hasLogout: false,
  };
}

/** A proxy in front has logged the user in, and names it in headers; only the headers of that proxy count. */
export function createProxyAccess(deps: ConsoleDeps, options: ProxyOptions, show: ShowOutside): Access {
  const secret = deps.newSecret();
  return {
    viewerOf(context) {
      // guard: only-the-proxy-names-users
      if (!options.isTrusted(peerOf(context))) return Promise.resolve(undefined);
      const groups = (context.req.header(options.groupsHeader) ?? '').split(',');
      const user = outsideUser(context.req.header(options.userHeader), groups);
      if (user === undefined) return Promise.resolve(undefined);
      return Promise.resolve({
        id: JSON.stringify([user.name, user.groups]),
        user,
        knownBy: 'proxy',
        client: deps.cluster.clientAs(user),
        csrf: csrfFor(secret, user.name),
      });
    },
    answerUnknown: (context) =>
      show(
        context,
        'Not signed in',
        html`<h1>Not signed in</h1>
          <p>
            This console is reached through a proxy that signs people in. This request did not come from it,
            or named no user.
          </p>`,
        403,
      ),
    addPaths: () => {},
    hasLogout: false,
  };
}

/** The same for all forms of one user, until the process ends. */
const csrfFor = (secret: string, name: string): string =>
  createHmac('sha256', secret).update(name).digest('base64url');
