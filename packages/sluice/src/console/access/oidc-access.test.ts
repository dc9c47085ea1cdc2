import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBrowser, createConsoleBench } from '../../../../../test/support/console/console-bench.ts';
import type { ConsoleBench } from '../../../../../test/support/console/console-bench.ts';
import { sampleCanaries } from '../../../../../test/support/console/sample-canaries.ts';
import { createInProcessHttp } from '../../../../../test/support/fakes/in-process-http.ts';

const issuer = 'https://login.example';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

const access = {
  mode: 'oidc',
  issuer,
  clientId: 'sluice',
  clientSecret: 'client-secret',
  publicUrl: 'https://sluice.example',
  scopes: 'openid profile email',
  usernameClaim: 'email',
  usernamePrefix: 'oidc:',
  groupsClaim: 'groups',
  groupsPrefix: 'oidc:',
} as const;

const json = (body: unknown): Response =>
  new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });

/** A provider that speaks OpenID Connect: it hands out one code, for the challenge and nonce that it was sent. */
function createProvider() {
  const state = {
    claims: { email: 'alice@acme.example', groups: ['sre'] } as Record<string, unknown>,
    signedBy: keys.privateKey,
    asked: undefined as URLSearchParams | undefined,
    verifiers: [] as string[],
    isDown: false,
  };
  const sign = (payload: object): string => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'RS256', kid: 'k1' })}.${part(payload)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(state.signedBy, 'base64url')}`;
  };
  const http = createInProcessHttp(async (request) => {
    if (state.isDown) return new Response('', { status: 503 });
    const { pathname } = new URL(request.url);
    if (pathname === '/.well-known/openid-configuration')
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
      });
    if (pathname === '/keys')
      return json({
        keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }],
      });
    const form = new URLSearchParams(await request.text());
    const verifier = form.get('code_verifier') ?? '';
    state.verifiers.push(verifier);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (challenge !== state.asked?.get('code_challenge'))
      return new Response('{"error":"invalid_grant"}', { status: 400 });
    const seconds = Math.floor(Date.now() / 1000);
    const idToken = sign({
      iss: issuer,
      aud: 'sluice',
      sub: 's1',
      iat: seconds,
      exp: seconds + 300,
      nonce: state.asked.get('nonce'),
      ...state.claims,
    });
    return json({ access_token: 'access', token_type: 'Bearer', id_token: idToken });
  });
  return { state, http };
}

let provider: ReturnType<typeof createProvider>;
let bench: ConsoleBench;
let browser: ReturnType<typeof createBrowser>;
beforeEach(async () => {
  provider = createProvider();
  bench = await createConsoleBench({
    access,
    http: provider.http,
    canaries: sampleCanaries(Date.parse('2026-11-30T14:02:11Z')),
  });
  browser = createBrowser(bench);
});
afterEach(() => bench.end());

/** As far as the provider, which then would send the browser to the answer. */
async function begin(): Promise<string> {
  const page = await browser.post('/login', { next: '/gates' });
  const url = new URL(/url=(.*)$/.exec(page.headers.get('refresh') ?? '')?.[1] ?? 'none:');
  provider.state.asked = url.searchParams;
  return `/login/callback?code=c1&state=${url.searchParams.get('state')}`;
}

describe('a login at an OIDC provider', () => {
  it('knows the user by the claims that the API server uses', async () => {
    const callback = await begin();
    expect(provider.state.asked?.get('redirect_uri')).toBe('https://sluice.example/login/callback');
    expect(provider.state.asked?.get('code_challenge_method')).toBe('S256');
    const answer = await browser.get(callback);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/gates']);
    const { text } = await browser.get('/settings');
    expect(text).toContain('oidc:alice@acme.example');
    expect(text).toContain('oidc:sre');
  });

  it('begins with a button, so that a link that is followed begins nothing', async () => {
    const { status, text } = await browser.get('/login');
    expect([status, text]).toEqual([200, expect.stringContaining('login.example')]);
    expect(provider.state.asked).toBeUndefined();
  });

  it.each([
    ['another state', (path: string) => path.replace(/state=.*/, 'state=other')],
    ['an error of the provider', (path: string) => path.replace('code=c1', 'error=access_denied')],
  ])('that comes back with %s is refused', async (_what, change) => {
    const answer = await browser.get(change(await begin()));
    expect(answer.status).toBe(401);
    expect((await browser.get('/rollouts')).status).toBe(303);
  });

  it('that somebody else began is refused', async () => {
    const callback = await begin();
    const other = createBrowser(bench);
    expect((await other.get(callback)).status).toBe(400);
  });

  it('is used once', async () => {
    const callback = await begin();
    expect((await browser.get(callback)).status).toBe(303);
    expect((await browser.get(callback)).status).toBe(400);
  });

  it('whose token another signed, or for another nonce, is refused', async () => {
    provider.state.signedBy = stranger.privateKey;
    expect((await browser.get(await begin())).status).toBe(401);
    provider.state.signedBy = keys.privateKey;
    provider.state.claims = { email: 'alice@acme.example', nonce: 'other' };
    expect((await browser.get(await begin())).status).toBe(401);
  });

  it.each([
    ['no name', {}],
    ['an address that is not verified', { email: 'alice@acme.example', email_verified: false }],
  ])('with %s names nobody', async (_what, claims) => {
    provider.state.claims = claims;
    expect((await browser.get(await begin())).status).toBe(403);
  });

  it('says so when the provider cannot be asked, and works when it can be again', async () => {
    provider.state.isDown = true;
    expect((await browser.post('/login', {})).status).toBe(502);
    provider.state.isDown = false;
    expect((await browser.get(await begin())).status).toBe(303);
  });
});
