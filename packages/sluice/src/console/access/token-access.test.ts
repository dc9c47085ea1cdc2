import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBrowser, createConsoleBench } from '../../../../../test/support/console/console-bench.ts';
import type { ConsoleBench } from '../../../../../test/support/console/console-bench.ts';
import { approvalId, sampleCanaries } from '../../../../../test/support/console/sample-canaries.ts';
import { createTokenCluster } from '../../../../../test/support/console/token-cluster.ts';
import type { TokenCluster } from '../../../../../test/support/console/token-cluster.ts';

const now = Date.parse('2026-11-30T14:02:11Z');
const session = '__Host-sluice-session';
const gate = `/gates/${approvalId}`;
const revision = 'v1:7d4f9c1e22';

let cluster: TokenCluster;
let bench: ConsoleBench;

beforeEach(async () => {
  cluster = createTokenCluster();
  bench = await createConsoleBench({
    access: { mode: 'token' },
    canaries: sampleCanaries(now),
    intercept: (request) => cluster.intercept(request),
  });
});
afterEach(() => bench.end());

async function loggedIn(token: string, peer?: string) {
  const browser = createBrowser(bench, peer);
  await browser.post('/login', { token, next: '/gates' });
  return browser;
}

describe('a console that asks for tokens', () => {
  it.each([
    '/rollouts',
    '/rollouts?ns=prod&q=x',
    '/rollouts/prod/checkout',
    gate,
    '/deliveries',
    '/settings',
    '/nowhere',
  ])('leads somebody unknown from %s to the login, and tells nothing', async (path) => {
    const { status, headers, text } = await createBrowser(bench).get(path);
    expect([status, headers.get('location')]).toEqual([303, `/login?next=${encodeURIComponent(path)}`]);
    expect(text).not.toContain('checkout');
  });

  it.each(['/api/v1/rollouts', '/api/v1/rollouts/prod/checkout', '/api/v1/stream'])(
    'answers 401 to somebody unknown at %s',
    async (path) => {
      expect((await createBrowser(bench).get(path)).status).toBe(401);
    },
  );

  it('takes a token that the cluster knows, and leads on', async () => {
    const browser = createBrowser(bench);
    expect((await browser.get('/login')).text).toContain('type="password"');
    const answer = await browser.post('/login', { token: 'token-of-alice', next: gate });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, gate]);
    const cookie = answer.headers.get('set-cookie') ?? '';
    for (const part of [session, 'HttpOnly', 'Secure', 'Path=/', 'SameSite=Lax'])
      expect(cookie).toContain(part);
    expect((await browser.get('/settings')).text).toContain('alice');
    expect(cookie + JSON.stringify(bench.log.lines)).not.toContain('token-of-alice');
  });

  it.each([
    ['a token that the cluster does not know', 'forged', 401],
    ['no token', '', 400],
    ['an endless token', 'x'.repeat(20_000), 400],
  ])('refuses %s', async (_what, token, status) => {
    const browser = createBrowser(bench);
    const answer = await browser.post('/login', { token });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([status, null]);
    expect((await browser.get('/rollouts')).status).toBe(303);
  });

  it('refuses a login that a page elsewhere sends', async () => {
    const answer = await createBrowser(bench).post(
      '/login',
      { token: 'token-of-alice' },
      { origin: 'http://evil.example' },
    );
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
  });

  it('takes ten logins a minute from one address', async () => {
    const answers: number[] = [];
    for (let count = 0; count < 11; count += 1)
      answers.push((await createBrowser(bench, '10.0.0.9').post('/login', { token: 'forged' })).status);
    expect(answers.at(-1)).toBe(429);
    expect((await createBrowser(bench, '10.0.0.8').post('/login', { token: 'token-of-alice' })).status).toBe(
      303,
    );
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/login',
    'javascript:alert(1)',
    '/\u0000x',
  ])('leads from the login to the rollouts, not to %j', async (next) => {
    const answer = await createBrowser(bench).post('/login', { token: 'token-of-alice', next });
    expect(answer.headers.get('location')).toBe('/');
  });

  it('begins a session under a new id: one that somebody planted is nobody', async () => {
    const victim = createBrowser(bench);
    victim.jar.set(session, 'planted');
    await victim.post('/login', { token: 'token-of-alice' });
    expect(victim.jar.get(session)).not.toBe('planted');
    const attacker = createBrowser(bench);
    attacker.jar.set(session, 'planted');
    expect((await attacker.get('/rollouts')).status).toBe(303);
  });

  it('ends the session before when somebody logs in again', async () => {
    const browser = await loggedIn('token-of-alice');
    const before = browser.jar.get(session) ?? '';
    await browser.post('/login', { token: 'token-of-bob' });
    const other = createBrowser(bench);
    other.jar.set(session, before);
    expect((await other.get('/rollouts')).status).toBe(303);
  });

  it('ends a session with the logout, with its eighth hour, and when the token is revoked', async () => {
    const alice = await loggedIn('token-of-alice');
    expect((await alice.post('/logout', {})).status).toBe(303);
    expect((await alice.get('/rollouts')).status).toBe(303);
    const bob = await loggedIn('token-of-bob');
    await bench.clock.advance('2m');
    expect((await bob.get('/rollouts')).status).toBe(200);
    cluster.tokens.delete('token-of-bob');
    await bench.clock.advance('2m');
    expect((await bob.get('/rollouts')).status).toBe(303);
    const late = await loggedIn('token-of-alice');
    await bench.clock.advance('8h');
    expect((await late.get('/rollouts')).status).toBe(303);
  });
});

describe('a user of such a console', () => {
  it('sees the namespaces that it may list, on every page', async () => {
    cluster.may = (user, verb, namespace) => user === 'alice' || (verb === 'list' && namespace === 'stage');
    const bob = await loggedIn('token-of-bob');
    for (const path of ['/rollouts', '/gates', '/deliveries', '/api/v1/rollouts', '/about']) {
      const { text } = await bob.get(path);
      expect(text).not.toContain('checkout');
    }
    expect((await bob.get('/rollouts')).text).toContain('stage/cart');
    for (const path of [
      '/rollouts/prod/checkout',
      gate,
      '/deliveries/d-smoke-0',
      '/api/v1/rollouts/prod/checkout',
    ])
      expect((await bob.get(path)).status).toBe(404);
    expect((await (await loggedIn('token-of-alice')).get('/rollouts')).text).toContain('prod/checkout');
  });

  it('that may list nothing is told so', async () => {
    cluster.may = () => false;
    const bob = await loggedIn('token-of-bob');
    expect((await bob.get('/rollouts')).text).toContain('No rollout is visible to you');
  });

  it('may not decide what it may not see, although it knows the link', async () => {
    cluster.may = (_user, verb) => verb !== 'list';
    const bob = await loggedIn('token-of-bob');
    const before = bench.stored();
    const answers = [
      await bob.post(`${gate}/decision`, { verdict: 'approve', revision, reason: 'x' }),
      await bob.post('/rollouts/prod/search/actions', {
        verb: 'abort',
        for: 'run-a81ac02',
        revision: 'a81ac02',
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(bench.stored()).toBe(before);
  });

  it('decides in its own name: each request to the cluster impersonates it and its groups', async () => {
    const alice = await loggedIn('token-of-alice');
    bench.asked.length = 0;
    const answer = await alice.post(
      `${gate}/decision`,
      { verdict: 'approve', revision, reason: 'ok' },
      {},
      gate,
    );
    expect(answer.status).toBe(303);
    const own = bench.asked.filter(({ url }) => !url.includes('watch='));
    expect(own.length).toBeGreaterThan(2);
    for (const request of own)
      expect([request.headers.get('impersonate-user'), request.headers.get('impersonate-group')]).toEqual([
        'alice',
        'sre',
      ]);
    const [stored] = JSON.parse(bench.stored()) as { readonly metadata: { readonly annotations: object } }[];
    expect(stored?.metadata.annotations).toMatchObject({
      'sluice.dev/decision-by': 'alice',
      'sluice.dev/decision-groups': 'sre',
    });
  });

  it('cannot use the form of another user', async () => {
    const [alice, bob] = [await loggedIn('token-of-alice'), await loggedIn('token-of-bob')];
    const csrf = alice.csrfIn((await alice.get(gate)).text);
    const before = bench.stored();
    expect(
      (await bob.post(`${gate}/decision`, { csrf, verdict: 'approve', revision, reason: 'x' })).status,
    ).toBe(403);
    expect(bench.stored()).toBe(before);
  });
});
