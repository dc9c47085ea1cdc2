import type { KubeTransportOptions } from './kube-transport.ts';

/** A user, and its groups, in whose name requests are made. */
export interface Impersonated {
  readonly name: string;
  readonly groups: readonly string[];
}

type Authorize = KubeTransportOptions['authorize'];

/**
 * Lets `authorize` act in the name of `user`, as `kubectl --as --as-group` does. The API server answers 403 unless the credentials
 * may `impersonate` the user and each of the groups.
 */
export const impersonate =
  (authorize: Authorize, { name, groups }: Impersonated): Authorize =>
  async (headers) => ({
    ...(await authorize(headers)),
    'impersonate-user': inBytes(name),
    // One line for each group: a comma is a part of a name.
    ...(groups.length === 0 ? {} : { 'impersonate-group': groups.map(inBytes) }),
  });

/** A header is bytes: the API server reads them as UTF-8, Node writes a character as one. */
const inBytes = (text: string): string => Buffer.from(text).toString('latin1');
