import type { KillingTests } from '../killing-test.ts';

const rules = 'packages/lib/src/http/strangers.test.ts';
const listeners = 'test/listeners.test.ts';
const egress = 'packages/sluice/src/platform/egress.test.ts';
const proxy = 'packages/local/src/network/forward-proxy.test.ts';

/** What a page, a tenant or a neighbour must not reach. */
export const strangersTests: KillingTests = {
  'only-own-names-are-answered': [rules, 'of others is 421'],
  'pages-of-other-origins-are-refused': [rules, 'of the origin'],
  'pages-of-other-sites-are-refused': [rules, 'whose browser says'],
  'a-body-says-its-type': [rules, 'without a type is 415'],
  'strangers-do-not-reach-a-listener': [listeners, 'refuses'],
  'strangers-do-not-upgrade': [listeners, 'refuses'],
  'other-users-are-refused': [
    'packages/lib/src/http/guarded-server.test.ts',
    'processes of other users are refused where only the own user is answered',
  ],
  'the-gateway-tells-strangers-nothing': [listeners, 'refuses'],
  'refused-addresses-are-not-called': [egress, 'reaches nothing at a refused address'],
  'names-of-metadata-are-not-called': [egress, 'reaches nothing at a refused address'],
  'names-of-refused-addresses-are-not-called': [egress, 'reaches nothing at a refused address'],
  'sentences-of-the-status-are-printable': [
    'text-of-others',
    'in the name of a hook is printable wherever it is quoted',
  ],
  'events-are-printable': ['text-of-others', 'in the name of a hook is printable wherever it is quoted'],
  'no-secret-is-a-credential-where-none-may-be': [
    'packages/sluice/src/cli/providers.test.ts',
    'is not even read where none may be used',
  ],
  'only-labelled-secrets-are-credentials': [
    'packages/sluice/src/cli/providers.test.ts',
    'must carry a label where only labelled ones may be used',
  ],
  'no-path-without-the-secret': [
    'packages/local/src/api/listen.test.ts',
    'is not there without the secret of its path',
  ],
  'the-proxy-relays-for-its-own-pods': [proxy, 'as its credential is relayed nowhere'],
  'the-proxy-opens-tunnels-for-its-own-pods': [proxy, 'as its credential is relayed nowhere'],
};
