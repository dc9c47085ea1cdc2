import { afterEach, describe, expect, it } from 'vitest';
import { createBrowser, createConsoleBench } from '../../../../test/support/console/console-bench.ts';
import type { ConsoleBench, ConsoleBenchOptions } from '../../../../test/support/console/console-bench.ts';
import { patchStatus } from '../../../../test/support/console/put-canaries.ts';
import {
  approvalId,
  sampleCanaries,
  waitingCanary,
} from '../../../../test/support/console/sample-canaries.ts';

const now = Date.parse('2026-11-30T14:02:11Z');
const gate = `/gates/${approvalId}`;
const revision = 'v1:7d4f9c1e22';

let bench: ConsoleBench;
afterEach(() => bench.end());

async function open(options: ConsoleBenchOptions = {}) {
  bench = await createConsoleBench({ canaries: sampleCanaries(now), ...options });
  return createBrowser(bench);
}

const audit = () =>
  bench.log.lines.filter(({ message }) => message === 'decision').map(({ fields }) => fields);

const forbidden = (message: string): Response =>
  new Response(
    JSON.stringify({ kind: 'Status', status: 'Failure', message, reason: 'Forbidden', code: 403 }),
    { status: 403 },
  );

describe('an approval', () => {
  it('is given by one form, shows who gave it and why, and leaves a line in the log', async () => {
    const browser = await open();
    const answer = await browser.post(
      `${gate}/decision`,
      { verdict: 'approve', revision, reason: 'SRE ok' },
      {},
      gate,
    );
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${gate}?result=done#result`]);
    const { text } = await browser.get(`${gate}?result=done`);
    expect(text).toContain('approve by local-admin is recorded');
    expect(text).toContain('“SRE ok”');
    expect(text).not.toContain('value="approve"');
    expect(audit()).toEqual([
      {
        user: 'local-admin',
        knownBy: 'kubeconfig',
        canary: 'prod/checkout',
        verb: 'approve',
        for: approvalId,
        address: '127.0.0.1',
        result: 'done',
      },
    ]);
  });

  it('is refused with a reason missing, and what was typed stays', async () => {
    const browser = await open();
    const answer = await browser.post(
      `${gate}/decision`,
      { verdict: 'reject', revision, reason: ' ' },
      {},
      gate,
    );
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('Give a reason.')]);
    const long = await browser.post(
      `${gate}/decision`,
      { verdict: 'approve', revision, reason: 'x'.repeat(1001) },
      {},
      gate,
    );
    expect([long.status, long.text]).toEqual([400, expect.stringContaining('x'.repeat(1001))]);
    expect(JSON.parse(bench.stored())[0].status.decisions).toBeUndefined();
  });

  it('of a revision that was replaced is 409, and changes nothing', async () => {
    const browser = await open();
    const before = bench.stored();
    const answer = await browser.post(
      `${gate}/decision`,
      { verdict: 'approve', revision: 'v1:older', reason: 'ok' },
      {},
      gate,
    );
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('a newer revision replaced')]);
    expect(bench.stored()).toBe(before);
    expect(audit()).toEqual([expect.objectContaining({ result: 'conflict' })]);
  });

  it('is taken once: a second one is 409 with the first one', async () => {
    const browser = await open();
    await browser.post(`${gate}/decision`, { verdict: 'approve', revision, reason: 'first' }, {}, gate);
    const before = bench.stored();
    const answer = await browser.post(
      `${gate}/decision`,
      { verdict: 'reject', revision, reason: 'second' },
      {},
      '/settings',
    );
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('approved already')]);
    expect(answer.text).toContain('“first”');
    expect(bench.stored()).toBe(before);
  });

  it('that the controller refuses is 409 with its reason', async () => {
    const browser = await open({ refuses: () => 'bob asked for it and may not approve it' });
    const answer = await browser.post(
      `${gate}/decision`,
      { verdict: 'approve', revision, reason: 'ok' },
      {},
      gate,
    );
    expect([answer.status, answer.text]).toEqual([
      409,
      expect.stringContaining('bob asked for it and may not approve it'),
    ]);
    expect(answer.text).toContain('\nok</textarea>');
  });

  it('that no controller takes is recorded, and says so', async () => {
    const browser = await open({ withController: false });
    const answer = await browser.post(
      `${gate}/decision`,
      { verdict: 'approve', revision, reason: 'ok' },
      {},
      gate,
    );
    expect(answer.headers.get('location')).toBe(`${gate}?result=pending#result`);
    expect((await browser.get(`${gate}?result=pending`)).text).toContain('Recorded, not picked up yet');
  });

  it('that the cluster forbids is 403 and says which right is missing', async () => {
    const browser = await open({
      intercept: (request) =>
        request.method === 'PATCH' && request.url.includes('/canaries/')
          ? forbidden('bob cannot approve canaries')
          : undefined,
    });
    const answer = await browser.post(
      `${gate}/decision`,
      { verdict: 'approve', revision, reason: 'ok' },
      {},
      gate,
    );
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('approve and patch canaries.flagger.app');
    expect(answer.text).toContain('bob cannot approve canaries');
    expect(audit()).toEqual([expect.objectContaining({ result: 'forbidden' })]);
  });

  it('is a button that says why it is not one, for those who lack the right', async () => {
    const browser = await open({
      intercept: async (request) => {
        if (!request.url.includes('/selfsubjectaccessreviews')) return undefined;
        const body = await request.text();
        return new Response(
          JSON.stringify({
            metadata: {},
            status: { allowed: !body.includes('"approve"') && !body.includes('"promote"') },
          }),
          { status: 201 },
        );
      },
    });
    const { text } = await browser.get(gate);
    expect(text).toContain('it needs the right to approve canaries.flagger.app');
    expect(text).toMatch(/<button[^>]* disabled/);
    expect(text).not.toContain('value="approve"');
    const rollout = (await browser.get('/rollouts/prod/checkout')).text;
    expect(rollout).toMatch(/aria-disabled="true"\s*>Promote now/);
    expect(rollout).toContain('href="/rollouts/prod/checkout/actions/abort"');
  });

  it('whose time is up has no buttons that do anything', async () => {
    const browser = await open();
    await bench.clock.advance('119m');
    const answer = await browser.post(
      `${gate}/decision`,
      { verdict: 'approve', revision, reason: 'late' },
      {},
      gate,
    );
    expect(answer.status).toBe(409);
    expect(JSON.parse(bench.stored())[0].status.decisions).toBeUndefined();
  });
});

describe('an action', () => {
  const actions = '/rollouts/prod/search/actions';
  const run = { for: 'run-a81ac02', revision: 'a81ac02' };

  it('is asked about by name, revision and consequence first', async () => {
    const { text } = await (await open()).get(`${actions}/abort`);
    expect(text).toContain('Abort search?');
    expect(text).toContain('This rolls back from 30 % to 0 %.');
    expect(text).toContain('a81ac02');
    expect(text).toContain('cluster eu-1');
  });

  it.each([
    [
      'abort',
      { ...run, verb: 'abort', reason: '' },
      { 'sluice.dev/decision': 'abort', 'sluice.dev/decision-for': 'run-a81ac02' },
    ],
    [
      'promote',
      { ...run, verb: 'promote', reason: 'INC-4412' },
      { 'sluice.dev/decision': 'promote', 'sluice.dev/decision-reason': 'INC-4412' },
    ],
    [
      'pause for a time',
      { for: '', revision: 'a81ac02', verb: 'pause', reason: 'lunch', minutes: '30' },
      {
        'sluice.dev/decision': 'pause',
        'sluice.dev/decision-until': expect.stringMatching(/^2026-11-30T14:32/),
      },
    ],
  ])('%s is written in the name of the user, by way of the console', async (_name, fields, annotations) => {
    const browser = await open();
    const answer = await browser.post(actions, fields, {}, `${actions}/${fields.verb}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/rollouts/prod/search?result=done#result',
    ]);
    const [, stored] = JSON.parse(bench.stored()) as {
      readonly metadata: { readonly annotations: object };
    }[];
    expect(stored?.metadata.annotations).toMatchObject({
      ...annotations,
      'sluice.dev/decision-by': 'local-admin',
      'sluice.dev/decision-via': 'console',
    });
  });

  it.each([
    ['without a reason that it needs', { ...run, verb: 'promote', reason: '' }, 400],
    ['that makes no sense now', { ...run, verb: 'undo', reason: '' }, 409],
    ['for another run', { ...run, for: 'run-older', verb: 'abort', reason: '' }, 409],
    ['for another revision', { ...run, revision: 'older', verb: 'abort', reason: '' }, 409],
    ['that nobody knows', { ...run, verb: 'explode', reason: '' }, 400],
    ['that is an answer to an approval', { for: approvalId, revision, verb: 'approve', reason: '' }, 400],
  ])('%s changes nothing', async (_name, fields, status) => {
    const browser = await open();
    const before = bench.stored();
    expect((await browser.post(actions, fields)).status).toBe(status);
    expect(bench.stored()).toBe(before);
  });

  it('that is not possible leads to the rollout as it is', async () => {
    const answer = await (await open()).get('/rollouts/stage/mail/actions/undo');
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('undo is not possible now')]);
  });

  it('undo goes back to the version before', async () => {
    const browser = await open();
    const page = await browser.get('/rollouts/stage/profile');
    expect(page.text).toContain('goes back at once to acme/profile:5.0.0');
    const fields = { verb: 'undo', for: 'run-c0ffee1', revision: 'c0ffee1', reason: 'wrong' };
    const answer = await browser.post('/rollouts/stage/profile/actions', fields);
    expect(answer.status).toBe(303);
  });
});

describe('what changes nothing', () => {
  it('is every GET and HEAD of every link, with whatever a link checker sends', async () => {
    const browser = await open();
    const before = bench.stored();
    const found = new Set(['/rollouts', gate, '/deliveries', '/settings', '/about', '/api/v1/rollouts']);
    for (const path of found) {
      const { text, headers } = await browser.get(path, {
        'user-agent': 'Slackbot-LinkExpanding 1.0',
        'sec-purpose': 'prefetch',
      });
      await browser.head(path);
      if (headers.get('content-type')?.includes('html') !== true) continue;
      for (const [, href = ''] of text.matchAll(/href="(\/[^"#]*)/g))
        found.add(href.replaceAll('&amp;', '&'));
      for (const [form] of text.matchAll(/<form[^>]*>/g)) expect(form).toMatch(/method="(get|post)"/);
      // A form that changes something is a POST.
      for (const [form] of text.matchAll(/<form[^>]*method="get"[^>]*>/g))
        expect(form).toMatch(/action="\/(rollouts|deliveries)"/);
    }
    expect(found.size).toBeGreaterThan(40);
    expect(bench.stored()).toBe(before);
    expect(
      bench.asked.filter(({ method, url }) => method !== 'GET' && !url.includes('accessreviews')),
    ).toEqual([]);
  });

  it.each([
    ['without the secret of the form', { csrf: '' }, {}],
    ['with the secret of another', { csrf: 'secret-1-of-somebody-else' }, {}],
    ['from another origin', {}, { origin: 'http://evil.example' }],
    ['from a page without an origin', {}, { origin: 'null' }],
    ['from another site', {}, { 'sec-fetch-site': 'cross-site' }],
    ['as JSON', {}, { 'content-type': 'application/json' }],
  ])('is a form %s', async (_name, fields, headers) => {
    const browser = await open();
    const before = bench.stored();
    const answer = await browser.post(
      `${gate}/decision`,
      { verdict: 'approve', revision, reason: 'x', ...fields },
      headers,
      gate,
    );
    expect(answer.status).toBe(403);
    expect(bench.stored()).toBe(before);
  });

  it('is the sixty-first form of a minute', async () => {
    const browser = await open();
    const csrf = browser.csrfIn((await browser.get('/settings')).text);
    const answers: number[] = [];
    for (let count = 0; count < 62; count += 1)
      answers.push((await browser.post('/settings/theme', { csrf, theme: 'dark' })).status);
    expect(answers.slice(0, 50)).not.toContain(429);
    expect(answers.at(-1)).toBe(429);
  });

  it('is the approval of a canary whose revision changed after the page was opened', async () => {
    const browser = await open();
    const opened = browser.csrfIn((await browser.get(gate)).text);
    const { approvals } = waitingCanary(now)['status'] as { readonly approvals: readonly object[] };
    await patchStatus(bench.kube, waitingCanary(now), {
      approvals: [{ ...approvals[0], id: 'g-1111111111', revision: 'v1:newer' }],
    });
    await bench.clock.settle();
    const answer = await browser.post(`${gate}/decision`, {
      csrf: opened,
      verdict: 'approve',
      revision,
      reason: 'x',
    });
    expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('A new revision asks anew')]);
  });
});
