import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumPath, startChromium } from '../support/console/chromium.ts';
import { startConsoleRig } from '../support/console/console-cluster-rig.ts';
import type { ConsoleRig } from '../support/console/console-cluster-rig.ts';
import { consolePages } from '../support/console/console-pages.ts';
import { overlaps, setTextSize, smallTargets } from '../support/console/page-figures.ts';
import { patchStatus, putSurroundings } from '../support/console/put-canaries.ts';
import { approvalId, sampleCanaries, waitingCanary } from '../support/console/sample-canaries.ts';

const now = Date.now();
const checkout = waitingCanary(now);
const gate = `/gates/${approvalId}`;

describe.skipIf(chromiumPath === undefined)('people at the console (needs Chromium on PATH)', () => {
  let browser: Browser;
  let rig: ConsoleRig;

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());
  afterEach(() => rig.close());

  describe('who read it', () => {
    beforeEach(async () => {
      rig = await startConsoleRig(sampleCanaries(now));
      await putSurroundings(rig.kube, checkout, new Date(now - 600_000).toISOString());
    });

    it.each([1280, 320])(
      'hit every target, at least 24 pixels large, and the buttons of a decision 44, %d pixels wide',
      async (width) => {
        const page = await browser.newPage({ viewport: { width, height: 844 } });
        const found: string[] = [];
        for (const path of Object.values(consolePages)) {
          await page.goto(`${rig.url}${path}`);
          found.push(...(await smallTargets(page, 24)).map((one) => `${path}: ${one}`));
          expect({ path, beyond: await beyondSide(page) }).toEqual({ path, beyond: 0 });
          const heights = await page
            .locator('.decide-buttons > *')
            .evaluateAll((all) => all.map((one) => (one as unknown as Measured).offsetHeight));
          if (path === gate) expect(heights).toHaveLength(2);
          for (const height of heights) expect(height).toBeGreaterThanOrEqual(44);
        }
        expect(found).toEqual([]);
        await page.close();
      },
    );

    it('see no text over another, and nothing beyond the side, with text of 200 %', async () => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 844 } });
      await page.goto(`${rig.url}/rollouts`);
      const before = await textSize(page);
      await setTextSize(page, 200);
      await page.reload();
      expect(await textSize(page)).toBe(2 * before);
      const found: string[] = [];
      for (const width of [1280, 640])
        for (const path of Object.values(consolePages)) {
          await page.setViewportSize({ width, height: 844 });
          await page.goto(`${rig.url}${path}`);
          expect(await textSize(page)).toBe(2 * before);
          const beyond = await beyondSide(page);
          if (beyond > 0) found.push(`${path}, ${width}: ${beyond} pixels beyond the side`);
          found.push(...(await overlaps(page)).map((texts) => `${path}, ${width}: ${texts}`));
        }
      expect(found).toEqual([]);
      // A text over another and a small target are seen where there are some.
      await page.evaluate('document.querySelector("h1").style.marginBottom = "-4rem"');
      expect(await overlaps(page)).not.toEqual([]);
      expect(await smallTargets(page, 500)).not.toEqual([]);
      await page.close();
    });
  });

  describe('who decide, two at once', () => {
    let [one, two]: readonly Page[] = [];
    let contexts: readonly BrowserContext[] = [];

    beforeEach(async () => {
      rig = await startConsoleRig([checkout], {
        mode: 'proxy',
        userHeader: 'x-forwarded-user',
        groupsHeader: 'x-forwarded-groups',
        isTrusted: (address) => address.endsWith('127.0.0.1'),
      });
      contexts = await Promise.all(
        ['alice', 'bob'].map((user) =>
          browser.newContext({
            extraHTTPHeaders: { 'x-forwarded-user': user, 'x-forwarded-groups': 'sre' },
          }),
        ),
      );
      [one, two] = await Promise.all(contexts.map((context) => context.newPage()));
      for (const page of [one!, two!]) {
        await page.goto(`${rig.url}${gate}`);
        await page.locator('#fresh[data-fresh=live]').waitFor();
      }
    });
    afterEach(() => Promise.all(contexts.map((context) => context.close())));

    it('see within a second that the other was first, and cannot decide again', async () => {
      const form = await formOf(two!, 'reject');
      const decided = performance.now();
      await one!.getByRole('button', { name: 'Approve promotion' }).click({ noWaitAfter: true });
      await two!.getByText('Approved by alice').waitFor({ timeout: 5_000 });
      const late = performance.now() - decided;
      process.stdout.write(`console, decision of another on the screen after ${late.toFixed(0)} ms\n`);
      expect(late).toBeLessThan(1_000);
      expect(await two!.locator('main form button, main button:enabled').count()).toBe(0);
      const forced = await post(two!, form);
      expect(forced.status).toBe(409);
      expect(forced.text).toContain('Not recorded: this approval is approved already.');
      expect(forced.text).toContain('alice');
      expect(await decisions()).toEqual([
        expect.objectContaining({ verb: 'approve', by: 'alice', for: approvalId }),
      ]);
    });

    it('decide nothing for a revision that was replaced', async () => {
      const form = await formOf(two!, 'approve');
      const [approval] = (checkout['status'] as { readonly approvals: readonly object[] }).approvals;
      await patchStatus(rig.kube, checkout, { approvals: [{ ...approval, revision: 'v1:newer' }] });
      await two!.getByText('newer', { exact: true }).waitFor();
      const forced = await post(two!, form);
      expect(forced.status).toBe(409);
      expect(forced.text).toContain('a newer revision replaced the one that this page showed');
      expect(await decisions()).toEqual([]);
    });

    /** The form of the gate with a verdict, as the page shows it now. */
    const formOf = async (page: Page, verdict: string): Promise<string> => {
      const field = (name: string): Promise<string> =>
        page.locator(`form.decide [name=${name}]`).inputValue();
      const fields = { csrf: await field('csrf'), revision: await field('revision') };
      return new URLSearchParams({ ...fields, verdict, reason: 'late' }).toString();
    };

    /** Sends it as the page would, whatever it shows. */
    const post = async (
      page: Page,
      form: string,
    ): Promise<{ readonly status: number; readonly text: string }> =>
      (await page.evaluate(`fetch('${gate}/decision', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: ${JSON.stringify(form)},
      }).then(async (answer) => ({ status: answer.status, text: await answer.text() }))`)) as {
        readonly status: number;
        readonly text: string;
      };

    const decisions = async (): Promise<unknown> => {
      const answer = await contexts[0]!.request.get(`${rig.url}/api/v1/rollouts/prod/checkout`);
      return ((await answer.json()) as { readonly decisions: unknown }).decisions;
    };
  });
});

interface Measured {
  readonly offsetHeight: number;
}

/** Pixels that the page is wider than its window: 0 when nothing is beyond the side. */
const beyondSide = async (page: Page): Promise<number> =>
  Number(await page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)'));

const textSize = async (page: Page): Promise<number> =>
  Number(await page.evaluate('parseFloat(getComputedStyle(document.body).fontSize)'));
