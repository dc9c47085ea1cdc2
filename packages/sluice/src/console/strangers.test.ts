import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBrowser, createConsoleBench } from '../../../../test/support/console/console-bench.ts';
import type { ConsoleBench } from '../../../../test/support/console/console-bench.ts';
import { approvalId, waitingCanary } from '../../../../test/support/console/sample-canaries.ts';

const now = Date.parse('2026-11-30T14:02:11Z');
const attack = `"'><script>alert(1)</script><img src=x onerror=alert(1)>\u202egnp.exe`;

/** A canary whose texts of others all try to become a part of the page. */
function hostileCanary() {
  const { metadata, ...rest } = waitingCanary(now);
  const status = rest['status'] as Record<string, object[]> & { run: object };
  const texts = { by: attack, verified: false, via: attack, reason: attack, at: new Date(now).toISOString() };
  return {
    ...rest,
    metadata: { ...metadata, annotations: { 'sluice.dev/note': attack } },
    status: {
      ...status,
      run: {
        ...status.run,
        cause: attack,
        requestedBy: attack,
        oldImages: [`app=${attack}`],
        newImages: [`app=x:${attack}`],
      },
      hooks: status['hooks']?.map((hook) => ({ ...hook, message: attack })),
      outbox: status['outbox']?.map((entry) => ({ ...entry, message: attack })),
      deadLetters: [{ id: 'd-1', kind: 'event', hook: 'slack', reason: attack, at: texts.at }],
      decisions: [{ ...texts, verb: attack, hook: attack, result: attack, message: attack, request: 'x' }],
      history: [
        {
          id: 'r',
          revision: attack,
          result: attack,
          startedAt: texts.at,
          endedAt: texts.at,
          images: [attack],
          cause: attack,
          by: attack,
        },
      ],
      approvals: status['approvals']?.map((approval) => ({
        ...approval,
        votes: [{ ...texts, verdict: 'approve' }],
      })),
      paused: texts,
      conditions: [{ type: 'Odd', status: 'True', reason: attack, message: attack }],
      waiting: { step: 'x', for: 'person', reason: 'X', message: attack, since: texts.at },
    },
  };
}

let bench: ConsoleBench;
let browser: ReturnType<typeof createBrowser>;
beforeEach(async () => {
  bench = await createConsoleBench({ canaries: [hostileCanary()], withController: false });
  browser = createBrowser(bench);
});
afterEach(() => bench.end());

const paths = [
  '/rollouts',
  `/rollouts?q=${encodeURIComponent(attack)}&ns=${encodeURIComponent(attack)}&state=${encodeURIComponent(attack)}`,
  '/rollouts/prod/checkout',
  `/rollouts/prod/checkout?result=${encodeURIComponent(attack)}`,
  '/rollouts/prod/checkout/actions/abort',
  `/rollouts/prod/checkout/actions/${encodeURIComponent(attack)}`,
  `/rollouts/${encodeURIComponent(attack)}/x`,
  `/rollouts/prod/checkout/runs/${encodeURIComponent(attack)}`,
  '/rollouts/prod/checkout/runs/unknown',
  '/gates',
  '/gates?state=decided',
  `/gates/${approvalId}`,
  `/gates/${encodeURIComponent(attack)}`,
  `/deliveries?q=${encodeURIComponent(attack)}&hook=${encodeURIComponent(attack)}`,
  '/deliveries',
  '/deliveries/d-smoke-0',
  `/deliveries/${encodeURIComponent(attack)}`,
  '/settings',
  '/about',
  `/${encodeURIComponent(attack)}`,
];

describe('texts of others', () => {
  it.each(paths)('stay texts on %s', async (path) => {
    const { text } = await browser.get(path);
    expect(text).toContain('<html');
    // The only script is the file of the console, and no element has a handler.
    expect([...text.matchAll(/<script[^>]*>/g)]).toHaveLength(1);
    expect(text.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<img|<[^>]+\son\w+=/i);
    // No character turns the direction of the text around it.
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });

  it('are on the pages at all', async () => {
    const { text } = await browser.get('/rollouts/prod/checkout');
    expect(text.split('alert(1)').length).toBeGreaterThan(20);
  });

  it('stay JSON in the answers for programs', async () => {
    const { headers, text } = await browser.get('/api/v1/rollouts');
    expect(headers.get('content-type')).toContain('application/json');
    expect(JSON.parse(text)).toMatchObject({ items: [{ paused: { by: attack } }] });
  });
});

describe('every answer', () => {
  it.each([...paths.slice(0, 4), '/assets/icon.svg', '/api/v1/rollouts', '/api/v1/nowhere'])(
    'is in no frame, takes nothing from elsewhere and guesses no type: %s',
    async (path) => {
      const { headers } = await browser.get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      if (!path.startsWith('/assets/')) expect(headers.get('cache-control')).toContain('no-store');
    },
  );

  it('has no inline script or style', async () => {
    const { text } = await browser.get('/rollouts/prod/checkout');
    expect(text).not.toMatch(/\sstyle=|<style|<script(?![^>]*src=)/);
  });

  it.each([
    '/assets/../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/rollouts/..%2f..%2fetc/passwd',
  ])('to %s is no file of the machine', async (path) => {
    const { status, text } = await browser.get(path);
    expect(status).toBe(404);
    expect(text).not.toMatch(/"name"|root:/);
  });

  it('to a form that is too large is 413', async () => {
    const answer = await browser.post('/settings/theme', { theme: 'x'.repeat(100_000) });
    expect(answer.status).toBe(413);
  });
});
