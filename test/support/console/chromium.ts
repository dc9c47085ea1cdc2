import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findProgram } from '../rigs/client-program.ts';

/** Path of Chromium; undefined where it is not installed. */
export const chromiumPath = findProgram('chromium');

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

export interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly string[];
}

/** Serious and critical findings of axe-core in what a page shows; its context must bypass the policy of the page. */
export async function findBarriers(page: Page): Promise<readonly Finding[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  }).then(({ violations }) => violations.map(({ id, impact, nodes }) => ({
    id, impact, nodes: nodes.map(({ html }) => html.slice(0, 200)),
  })))`);
  return (found as readonly Finding[]).filter(({ impact }) => impact === 'serious' || impact === 'critical');
}

/** A page, and what went wrong on it: errors of scripts, of the policy, and requests to other hosts. */
export async function openPage(
  context: BrowserContext,
  url: string,
): Promise<{ readonly page: Page; readonly problems: string[]; readonly bytes: () => Promise<number> }> {
  const page = await context.newPage();
  const problems: string[] = [];
  const sizes: Promise<number>[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) problems.push(`asked ${request.url()}`);
  });
  page.on('requestfinished', (request) => {
    if (!request.url().includes('/stream'))
      sizes.push(
        // A request that ends together with its page has no size.
        request.sizes().then(
          (size) => size.responseBodySize,
          () => 0,
        ),
      );
  });
  return {
    page,
    problems,
    bytes: async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
  };
}
