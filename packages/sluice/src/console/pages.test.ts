import { afterEach, describe, expect, it } from 'vitest';
import { createBrowser, createConsoleBench } from '../../../../test/support/console/console-bench.ts';
import type { ConsoleBench, ConsoleBenchOptions } from '../../../../test/support/console/console-bench.ts';
import { patchStatus, putSurroundings } from '../../../../test/support/console/put-canaries.ts';
import {
  approvalId,
  canary,
  sampleCanaries,
  waitingCanary,
} from '../../../../test/support/console/sample-canaries.ts';
import { canaries as canaryKind } from '../api/resources.ts';

const now = Date.parse('2026-11-30T14:02:11Z');
const never = new AbortController().signal;

let bench: ConsoleBench;
afterEach(() => bench.end());

async function open(options: ConsoleBenchOptions = { canaries: sampleCanaries(now) }) {
  bench = await createConsoleBench(options);
  return createBrowser(bench);
}

/** The text of a page, as people read it. */
const textOf = (html: string): string =>
  html
    .replaceAll(/<(script|style|svg)[\s\S]*?<\/\1\s*>/g, ' ')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ');

describe('the list of rollouts', () => {
  it('says of each what it waits for, and until when, those that need somebody first', async () => {
    const { text } = await (await open()).get('/rollouts');
    expect(text).toContain('confirm-promotion: alice, local-admin or group sre');
    expect(text).toContain('datetime="2026-11-30T16:00:11.000Z"');
    expect(textOf(text)).toContain('nothing: request-duration was 812 ms, above 500 ms, 5 times of 5');
    const order = [...text.matchAll(/<tr data-key="([^"]+)"/g)].map(([, key]) => key);
    expect(order).toEqual([
      'prod/checkout',
      'stage/cart',
      'prod/search',
      'stage/frozen',
      'stage/profile',
      'stage/mail',
    ]);
  });

  it.each([
    ['a namespace', '?ns=prod', ['prod/checkout', 'prod/search']],
    ['a part of a name', '?q=CART', ['stage/cart']],
    ['a state', '?state=failed', ['stage/cart']],
    ['those that wait for a person', '?waiting=1', ['prod/checkout']],
    ['all, by name', '?sort=name&ns=prod', ['prod/checkout', 'prod/search']],
  ])('shows %s, by its URL', async (_what, query, keys) => {
    const { text } = await (await open()).get(`/rollouts${query}`);
    expect([...text.matchAll(/<tr data-key="([^"]+)"/g)].map(([, key]) => key)).toEqual(keys);
  });

  it.each([
    ['there is none', { canaries: [] }, '/rollouts', 'No rollout yet'],
    ['none matches', { canaries: sampleCanaries(now) }, '/rollouts?q=nobody', 'No rollout matches'],
  ])('says that %s', async (_what, options, path, title) => {
    expect(textOf((await (await open(options)).get(path)).text)).toContain(title);
  });

  it('shows fifty at a time', async () => {
    const many = Array.from({ length: 120 }, (_, index) =>
      canary('stage', `service-${String(index).padStart(3, '0')}`),
    );
    const browser = await open({ canaries: many });
    const rowsOf = async (path: string): Promise<readonly (string | undefined)[]> =>
      [...(await browser.get(path)).text.matchAll(/<tr data-key="([^"]+)"/g)].map(([, key]) => key);
    expect(await rowsOf('/rollouts?page=1')).toHaveLength(50);
    expect(await rowsOf('/rollouts?page=3')).toEqual(
      many.slice(100).map(({ metadata }) => `stage/${metadata.name}`),
    );
    const { text } = await browser.get('/rollouts?ns=stage&page=2');
    expect(textOf(text)).toContain('51–100 of 120');
    expect(text).toContain('href="/rollouts?ns=stage&amp;page=3"');
  });

  it('keeps its rows and says since when they are old while the cluster cannot be watched', async () => {
    let isBroken = false;
    const browser = await open({
      canaries: sampleCanaries(now),
      intercept: (request) => {
        if (isBroken && request.url.includes('/canaries')) return new Response('{}', { status: 500 });
        return undefined;
      },
    });
    isBroken = true;
    await bench.clock.advance('20m');
    const { text } = await browser.get('/rollouts');
    expect(textOf(text)).toContain('Not up to date.');
    expect(text).toContain('prod/checkout');
  });
});

describe('the page of a rollout', () => {
  it('has traffic, steps, hooks, metrics, events, the difference, decisions and versions', async () => {
    const browser = await open();
    await putSurroundings(bench.kube, waitingCanary(now), new Date(now).toISOString());
    await patchStatus(bench.kube, waitingCanary(now), { canaryWeight: 10 });
    await bench.clock.advance('1m');
    const { status, text } = await browser.get('/rollouts/prod/checkout');
    const words = textOf(text);
    expect(status).toBe(200);
    for (const id of ['traffic', 'steps', 'hooks', 'metrics', 'events', 'diff', 'decisions', 'versions'])
      expect(text).toContain(`id="${id}-title"`);
    expect(words).toContain('Waits for approval');
    expect(words).toContain('302 is a redirect and counts as a failure: write the final URL');
    expect(words).toContain('Halt advancement of checkout.prod');
    expect(text).toContain('ghcr.io/acme/checkout:2.4.1');
    // The chart is also a table, and a sentence.
    expect(words).toContain(
      'As a table Traffic over time Time (UTC) Canary Phase Failed checks 14:02:11 20 % WaitingPromotion',
    );
    expect(text).toContain('aria-label="The canary has 10 % of the traffic; it had 20 % at 14:02:11 UTC');
  });

  it('shows no secret: not of URLs, not of environments', async () => {
    const browser = await open();
    await putSurroundings(bench.kube, waitingCanary(now), new Date(now).toISOString());
    for (const path of [
      '/rollouts/prod/checkout',
      '/deliveries',
      '/api/v1/rollouts',
      '/api/v1/rollouts/prod/checkout',
    ]) {
      const { text } = await browser.get(path);
      expect(text).not.toMatch(/hunter2|B000\/secret/);
    }
  });

  it('stays readable when a part of it cannot be read', async () => {
    const browser = await open({
      canaries: sampleCanaries(now),
      intercept: (request) =>
        request.url.includes('/events') || request.url.includes('/deployments/')
          ? new Response(
              JSON.stringify({ kind: 'Status', message: 'you may not', reason: 'Forbidden', code: 403 }),
              { status: 403 },
            )
          : undefined,
    });
    const words = textOf((await browser.get('/rollouts/prod/checkout')).text);
    expect(words).toContain('Events could not be read:');
    expect(words).toContain('The difference could not be read:');
    expect(words).toContain('request-success-rate');
  });

  it('of a Canary that cannot be read says why', async () => {
    const browser = await open({
      canaries: [canary('prod', 'odd')],
      describe: () => ({ unreadable: 'spec.targetRef: is required' }),
    });
    const { status, text } = await browser.get('/rollouts/prod/odd');
    expect(status).toBe(200);
    expect(textOf(text)).toContain('Waits for spec.targetRef: is required');
    expect(textOf((await browser.get('/rollouts')).text)).toContain('you: it cannot be read');
  });

  it('is 404 for a name that is not there, and after the Canary was deleted', async () => {
    const browser = await open();
    expect((await browser.get('/rollouts/prod/nobody')).status).toBe(404);
    expect((await browser.get('/rollouts/stage/mail')).status).toBe(200);
    await bench.kube.delete(canaryKind, { namespace: 'stage', name: 'mail' }, {}, never);
    await bench.clock.settle();
    expect((await browser.get('/rollouts/stage/mail')).status).toBe(404);
  });
});

describe('a run by its revision', () => {
  it('that is over says who ended it, when, with which images and why, and what was decided', async () => {
    const browser = await open();
    const past = await browser.get('/rollouts/stage/profile/runs/c0ffee1');
    const words = textOf(past.text);
    expect(past.status).toBe(200);
    for (const part of ['succeeded', 'acme/profile:5.1.0', 'Took 30m', 'bob@acme.example', 'release 41'])
      expect(words).toContain(part);
    expect(words).not.toContain('A newer run');
    const older = textOf((await browser.get('/rollouts/stage/profile/runs/bead002')).text);
    expect(older).toContain('acme/profile:5.0.0');
    expect(older).toContain('No decision of this run is kept.');
    expect(older).toContain('A newer run has followed: revision c0ffee1');
    expect(textOf((await browser.get('/rollouts/stage/cart/runs/b55e0aa')).text)).toContain(
      'Cause: request-duration was above 500 ms',
    );
  });

  it('is linked from the versions, and leads to the rollout while it runs', async () => {
    const browser = await open();
    const { text } = await browser.get('/rollouts/stage/profile');
    expect(text).toContain('href="/rollouts/stage/profile/runs/bead002"');
    for (const revision of ['7d4f9c1e22', 'v1:7d4f9c1e22']) {
      const answer = await browser.get(`/rollouts/prod/checkout/runs/${revision}`);
      expect([answer.status, answer.headers.get('location')]).toEqual([302, '/rollouts/prod/checkout']);
    }
  });

  it('shows each run of a revision that was retried, the newest first, and that it runs again', async () => {
    const run = {
      id: 'run-first',
      revision: 'v1:7d4f9c1e22',
      result: 'failed',
      startedAt: '2026-11-30T12:00:00Z',
      endedAt: '2026-11-30T12:10:00Z',
      cause: 'first',
      by: 'dave',
    };
    const browser = await open();
    const history = [run, { ...run, id: 'run-second', cause: 'second' }];
    await patchStatus(bench.kube, waitingCanary(now), { history });
    await bench.clock.settle();
    const words = textOf((await browser.get('/rollouts/prod/checkout/runs/7d4f9c1e22')).text);
    expect(words.indexOf('Decisions of run 2')).toBeLessThan(words.indexOf('Decisions of run 1'));
    expect(words.indexOf('Cause: second')).toBeLessThan(words.indexOf('Cause: first'));
    expect(words).toContain('by dave');
    expect(words).toContain('A newer run has followed: revision 7d4f9c1e22');
  });

  it('is 404 when it is not kept, and says which are', async () => {
    const browser = await open();
    const unknown = await browser.get('/rollouts/stage/profile/runs/0000000000');
    expect(unknown.status).toBe(404);
    expect(textOf(unknown.text)).toContain('This run is not kept');
    for (const revision of ['c0ffee1', 'bead002'])
      expect(unknown.text).toContain(`href="/rollouts/stage/profile/runs/${revision}"`);
    const none = await browser.get('/rollouts/stage/mail/runs/0000000000');
    expect([none.status, textOf(none.text).includes('None has ended yet')]).toEqual([404, true]);
    expect((await browser.get('/rollouts/stage/nobody/runs/c0ffee1')).status).toBe(404);
  });
});

describe('approvals', () => {
  it('wait in the inbox, with their question, deadline and approvers', async () => {
    const { text } = await (await open()).get('/gates');
    const words = textOf(text);
    expect(words).toContain('Let checkout 2.4.1 take all prod traffic?');
    expect(words).toContain('then rollback');
    expect(text).toContain(`href="/gates/${approvalId}"`);
    // Each page counts them.
    expect(text).toContain('aria-label="1 waiting"');
  });

  it('says that nothing waits, and that others are waited for', async () => {
    expect(textOf((await (await open({ canaries: [] })).get('/gates')).text)).toContain(
      'Nothing waits for you',
    );
    await bench.end();
    const approvers = { approvers: { users: ['zoe'] } };
    const webhooks = [0, 1, 2].map((index) => ({
      name: index === 2 ? 'promo' : `h${index}`,
      type: 'confirm-promotion',
      approval: approvers,
    }));
    const base = waitingCanary(now);
    const analysis = { ...(base['spec'] as { readonly analysis: object }).analysis, webhooks };
    const browser = await open({ canaries: [{ ...base, spec: { ...(base['spec'] as object), analysis } }] });
    const words = textOf((await browser.get('/gates?mine=1')).text);
    expect(words).toContain('1 approval waits for other people');
    const gate = textOf((await browser.get(`/gates/${approvalId}`)).text);
    expect(gate).toContain('You cannot decide this: local-admin is none of the approvers (zoe)');
  });

  it('are pages of their own: the question, what is known, two buttons', async () => {
    const { text } = await (await open()).get(`/gates/${approvalId}`);
    const words = textOf(text);
    expect(words).toContain('Let checkout 2.4.1 take all prod traffic?');
    expect(words).toContain('cluster eu-1');
    expect(words).toContain('If nobody answers rollback at');
    expect(text).toMatch(/<button[^>]* value="approve"/);
    expect(text).toMatch(/<button[^>]* value="reject"/);
  });

  it('of a run that is over show their decision; others are not found', async () => {
    const browser = await open();
    const past = await browser.get('/gates/g-0000000001');
    expect([past.status, textOf(past.text)]).toEqual([200, expect.stringContaining('by bob@acme.example')]);
    const unknown = await browser.get('/gates/g-9999999999');
    expect([unknown.status, textOf(unknown.text)]).toEqual([
      404,
      expect.stringContaining('This approval is not asked'),
    ]);
  });
});

describe('deliveries', () => {
  it('are answers, announcements that wait, and those that were given up', async () => {
    const browser = await open();
    const words = textOf((await browser.get('/deliveries')).text);
    for (const word of ['queued', 'lost', 'clear', 'fail']) expect(words).toContain(` ${word} `);
    expect(words).toContain('A log of every call');
    expect(textOf((await browser.get('/deliveries?verdict=lost')).text)).not.toContain('queued 1');
    const one = await browser.get('/deliveries/d-lost-1');
    expect(textOf(one.text)).toContain('announcements never count');
    expect(one.text).toContain('no answer within 5 s, 3 tries');
    expect((await browser.get('/deliveries/d-unknown')).status).toBe(404);
  });

  it('of a rollback hook that asks to go back are never green', async () => {
    const browser = await open();
    const asked = {
      name: 'stop',
      type: 'rollback',
      index: 3,
      id: 'd-stop-9',
      outcome: 'passed',
      code: 200,
      attempts: 1,
      durationMs: 9,
      step: 2,
      at: new Date(now).toISOString(),
    };
    await patchStatus(bench.kube, waitingCanary(now), { hooks: [asked] });
    await bench.clock.settle();
    const { text } = await browser.get('/deliveries/d-stop-9');
    expect(text).toMatch(/data-state="failed"[^>]*>[\s\S]{0,300}ROLL BACK/);
  });
});

describe('settings and about', () => {
  it('say who you are, and what this console is', async () => {
    const browser = await open();
    expect(textOf((await browser.get('/settings')).text)).toContain('local-admin');
    expect(textOf((await browser.get('/about')).text)).toContain('0.0.0-test');
  });

  it('keep a theme in a cookie', async () => {
    const browser = await open();
    expect((await browser.get('/rollouts')).text).toContain('data-theme="auto"');
    const answer = await browser.post('/settings/theme', { theme: 'dark', back: '/rollouts?ns=prod' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/rollouts?ns=prod']);
    expect((await browser.get('/rollouts')).text).toContain('data-theme="dark"');
  });
});

describe('JSON', () => {
  it('is the view that the commands print', async () => {
    const browser = await open();
    const list = JSON.parse((await browser.get('/api/v1/rollouts?ns=prod')).text) as {
      readonly items: readonly object[];
    };
    const one = JSON.parse((await browser.get('/api/v1/rollouts/prod/checkout')).text) as object;
    expect(list).toMatchObject({ apiVersion: 'cli.sluice.dev/v1', kind: 'RolloutList' });
    expect(list.items[0]).toEqual(one);
    expect(one).toMatchObject({ kind: 'RolloutView', waitsFor: { kind: 'person', approval: approvalId } });
    expect((await browser.get('/api/v1/rollouts/prod/nobody')).status).toBe(404);
  });
});
