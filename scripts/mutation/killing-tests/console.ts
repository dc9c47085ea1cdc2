import type { KillingTests } from '../killing-test.ts';

const console = 'packages/sluice/src/console';
const token = `${console}/access/token-access.test.ts`;
const oidc = `${console}/access/oidc-access.test.ts`;
const proxy = `${console}/access/proxy-access.test.ts`;
const decisions = `${console}/decisions.test.ts`;
const stream = `${console}/stream/event-stream.test.ts`;

/** Who sees what in the console, and what decides nothing. */
export const consoleTests: KillingTests = {
  'outside-of-loopback-users-are-known': [
    `${console}/start-console.test.ts`,
    'does not listen on an address that others reach while everybody would be its user',
  ],
  'nothing-is-shown-to-strangers': [token, 'answers 401 to somebody unknown at'],
  'only-an-accepted-token-logs-in': [token, 'refuses '],
  'a-token-that-is-revoked-ends-its-session': [token, 'ends a session with the logout'],
  'what-is-kept-for-a-time-expires': [token, 'ends a session with the logout'],
  'a-login-begins-a-new-session': [token, 'ends the session before when somebody logs in again'],
  'a-login-leads-nowhere-else': [token, 'leads from the login to the rollouts'],
  'logins-are-limited': [token, 'takes ten logins a minute from one address'],
  'pages-show-what-their-reader-may-list': [token, 'sees the namespaces that it may list'],
  'a-rollout-is-shown-to-those-who-may-list-it': [token, 'sees the namespaces that it may list'],
  'an-answer-of-the-provider-belongs-to-a-login': [oidc, 'that somebody else began is refused'],
  'only-the-proxy-names-users': [proxy, 'knows nobody from '],
  'names-of-the-system-come-from-the-cluster-alone': [proxy, 'knows nobody from '],
  'groups-of-the-system-come-from-the-cluster-alone': [proxy, 'leaves out groups of the system'],
  'forms-of-other-origins-decide-nothing': [decisions, 'is a form '],
  'a-form-carries-the-secret-of-its-viewer': [decisions, 'is a form '],
  'forms-are-limited': [decisions, 'is the sixty-first form of a minute'],
  'only-what-is-offered-is-decided': [decisions, ' changes nothing'],
  'a-decision-is-for-the-revision-that-was-shown': [decisions, ' changes nothing'],
  'a-stream-shows-what-its-reader-may-list': [stream, 'shows what its reader may list'],
  'a-stream-ends-with-its-session': [stream, 'ends when its session has ended'],
  'streams-are-bounded': [stream, 'is given to one session eight times at once'],
  'the-ring-of-events-is-bounded': [
    `${console}/live/event-ring.test.ts`,
    'gives what came after an id, up to its size',
  ],
  'a-diff-shows-no-secret': [
    `${console}/reads/diff-template.test.ts`,
    'shows no value under a name that sounds secret',
  ],
};
