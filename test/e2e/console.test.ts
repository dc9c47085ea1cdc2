import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { chromiumPath, findBarriers, openPage, startChromium } from '../support/console/chromium.ts';
import { consolePages } from '../support/console/console-pages.ts';
import { startConsoleRig } from '../support/console/console-cluster-rig.ts';
import type { ConsoleRig } from '../support/console/console-cluster-rig.ts';
import { patchStatus, putCanary, putSurroundings } from '../support/console/put-canaries.ts';
import { approvalId, canary, sampleCanaries, waitingCanary } from '../support/console/sample-canaries.ts';

const folder = join(import.meta.dirname, '../../screenshots');
const now = Date.now();
const checkout = waitingCanary(now);
const search = canary('prod', 'search');

describe.skipIf(chromiumPath === undefined)('the console in Chromium (needs it on PATH)', () => {
  let browser: Browser;
  let rig: ConsoleRig;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    browser = await startChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    rig = await startConsoleRig(sampleCanaries(now));
    await putSurroundings(rig.kube, checkout, new Date(now - 600_000).toISOString());
  });
  afterEach(() => rig.close());

  describe.each(['light', 'dark'] as const)('in its %s theme', (theme) => {
    it.each([1280, 320])(
      'has no serious barrier and nothing cut off on any page, %d pixels wide',
      async (width) => {
        const context = await browser.newContext({
          viewport: { width, height: 844 },
          colorScheme: theme,
          bypassCSP: true,
        });
        for (const [name, path] of Object.entries(consolePages)) {
          const { page } = await openPage(context, rig.url);
          await page.goto(`${rig.url}${path}`);
          await page.locator('main h1').first().waitFor();
          expect({ path, found: await findBarriers(page) }).toEqual({ path, found: [] });
          const room = await page.evaluate('innerWidth - document.documentElement.scrollWidth');
          expect({ path, room: Number(room) >= 0 }).toEqual({ path, room: true });
          await page.screenshot({ path: join(folder, `${name}-${theme}-${width}.png`), fullPage: true });
          await page.close();
        }
        await context.close();
      },
    );
  });

  it('loads each page in 80 kB and ten requests, from itself alone, without an error', async () => {
    for (let index = 0; index < 60; index += 1)
      await putCanary(
        rig.kube,
        canary('stage', `service-${index}`, {
          phase: 'Initialized',
          canaryWeight: 0,
          failedChecks: 0,
          iterations: 0,
        }),
      );
    for (const path of Object.values(consolePages)) {
      const context = await browser.newContext();
      const { page, problems, bytes } = await openPage(context, rig.url);
      let requests = 0;
      page.on('request', () => (requests += 1));
      await page.goto(`${rig.url}${path}`);
      await page.locator('main h1').first().waitFor();
      // The page that is not found says so in the console of the browser.
      expect({ path, problems: problems.filter((one) => !one.includes('404')) }).toEqual({
        path,
        problems: [],
      });
      expect(await bytes()).toBeLessThan(80_000);
      expect(requests).toBeLessThanOrEqual(10);
      await context.close();
    }
  });

  it('shows a weight on the list and on the page of the rollout within a second of its write', async () => {
    const context = await browser.newContext();
    const [list, one] = await Promise.all(
      ['/rollouts', '/rollouts/prod/search'].map(async (path) => {
        const { page } = await openPage(context, rig.url);
        await page.goto(`${rig.url}${path}`);
        await page.locator('#fresh[data-fresh=live]').waitFor();
        return page;
      }),
    );
    const late: number[] = [];
    for (let weight = 31; weight <= 50; weight += 1) {
      await patchStatus(rig.kube, search, { canaryWeight: weight });
      const written = performance.now();
      for (const page of [list, one])
        await page!
          .locator('[data-key="prod/search"] [data-weight]', { hasText: new RegExp(`^${weight}$`) })
          .waitFor({ state: 'attached', timeout: 5_000 });
      late.push(performance.now() - written);
    }
    expect(Math.max(...late)).toBeLessThan(1_000);
    await context.close();
  });

  it('lets somebody approve by the keyboard alone, and says what was recorded', async () => {
    const context = await browser.newContext();
    const { page } = await openPage(context, rig.url);
    await page.goto(`${rig.url}/gates/${approvalId}`);
    const focused = async (): Promise<string> =>
      String(await page.evaluate('document.activeElement.id || document.activeElement.textContent.trim()'));
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    let presses = 2;
    for (; (await focused()) !== 'reason' && presses < 12; presses += 1) await page.keyboard.press('Tab');
    await page.keyboard.type('error budget is fine');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Approve promotion');
    const ring = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(ring).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/gates/*result=done*');
    expect(presses + 2).toBeLessThanOrEqual(12);
    expect(await page.locator('[role=status]:focus').textContent()).toContain(
      'approve by local-admin is recorded',
    );
    expect(await page.locator('.decided').textContent()).toContain('error budget is fine');
    const view = (await (await fetch(`${rig.url}/api/v1/rollouts/prod/checkout`)).json()) as {
      decisions: readonly object[];
    };
    expect(view.decisions).toEqual([
      expect.objectContaining({
        verb: 'approve',
        for: approvalId,
        by: 'local-admin',
        via: 'console',
        reason: 'error budget is fine',
      }),
    ]);
    await context.close();
  });

  it('shows and decides the same without scripts', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const { page } = await openPage(context, rig.url);
    for (const path of Object.values(consolePages)) {
      await page.goto(`${rig.url}${path}`);
      expect(await page.locator('main h1').first().textContent()).not.toBe('');
    }
    await page.goto(`${rig.url}/rollouts`);
    expect(await page.locator('tr', { hasText: 'checkout' }).textContent()).toContain(
      'confirm-promotion: alice',
    );
    await page.getByRole('link', { name: 'Review checkout' }).click();
    await page.getByRole('button', { name: 'Reject and roll back' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('Give a reason');
    await page.getByLabel('Reason').fill('latency');
    await page.getByRole('button', { name: 'Reject and roll back' }).click();
    await page.getByText('Rejected by').waitFor();
    await context.close();
  });

  it('keeps focus, typed text and the order of rows while rollouts change, and says when the stream is cut', async () => {
    const context = await browser.newContext();
    const { page } = await openPage(context, rig.url);
    await page.goto(`${rig.url}/gates/${approvalId}`);
    await page.locator('#fresh[data-fresh=live]').waitFor();
    await page.getByLabel('Reason').fill('half a reas');
    const readAnew = page.waitForResponse(
      (answer) => answer.request().resourceType() === 'fetch' && answer.url().includes('/gates/'),
    );
    await patchStatus(rig.kube, checkout, { failedChecks: 2 });
    await page.locator('[data-text=checks]', { hasText: '2/5' }).waitFor();
    await (await readAnew).finished();
    // The page is patched right after its answer was read.
    await page.evaluate(
      'new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(shown))))',
    );
    expect(await page.locator('textarea:focus').inputValue()).toBe('half a reas');
    await page.goto(`${rig.url}/rollouts`);
    await page.locator('#fresh[data-fresh=live]').waitFor();
    await page.locator('tr[data-key="stage/mail"] a').focus();
    await patchStatus(rig.kube, canary('stage', 'mail'), { phase: 'Failed' });
    await page.getByRole('button', { name: 'The list has changed' }).waitFor();
    expect(await page.locator('tr:focus-within').getAttribute('data-key')).toBe('stage/mail');
    expect(await page.locator('tbody tr').last().getAttribute('data-key')).toBe('stage/mail');
    rig.relay.cut(true);
    await page.locator('#fresh[data-fresh=lost]').waitFor({ timeout: 3_000 });
    await patchStatus(rig.kube, search, { canaryWeight: 44 });
    rig.relay.cut(false);
    await page
      .locator('tr[data-key="prod/search"] [data-weight]', { hasText: '44' })
      .waitFor({ state: 'attached', timeout: 15_000 });
    await context.close();
  });

  it('gives three tabs of a browser one stream', async () => {
    const context = await browser.newContext();
    for (let tab = 0; tab < 3; tab += 1) {
      const { page } = await openPage(context, rig.url);
      await page.goto(`${rig.url}/rollouts`);
      await page.locator('#fresh[data-fresh=live]').waitFor();
    }
    expect(rig.relay.openStreams()).toBe(1);
    await context.close();
  });
});
