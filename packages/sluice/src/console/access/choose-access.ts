import type { User } from '../../people/who-am-i.ts';
import type { AccessOptions } from '../console-deps.ts';
import type { Access } from './access.ts';
import { createOidcAccess } from './oidc-access.ts';
import { createKubeconfigAccess, createProxyAccess } from './open-access.ts';
import { createTokenAccess } from './token-access.ts';
import type { LoginDeps } from './token-access.ts';

/** The access that the options ask for. `user` is that of the kubeconfig. */
export function chooseAccess(login: LoginDeps, options: AccessOptions, user: User): Access {
  switch (options.mode) {
    case 'kubeconfig':
      return createKubeconfigAccess(login.deps, user);
    case 'token':
      return createTokenAccess(login);
    case 'oidc':
      return createOidcAccess(login, options);
    case 'proxy':
      return createProxyAccess(login.deps, options, login.show);
  }
}
