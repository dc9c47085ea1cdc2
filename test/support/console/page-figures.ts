import type { BrowserContext, Page } from 'playwright-core';

/** What a page costs its reader, in milliseconds; the longest first. */
export interface PageFigures {
  readonly firstPaint: number;
  /** Tasks that kept the page from answering for 50 ms or longer. */
  readonly longTasks: readonly number[];
  /** From each key to the paint that shows it; those under 16 ms are left out. */
  readonly keys: readonly number[];
}

/** Watches the pages of a context: call it before they are opened. */
export const watchFigures = (context: BrowserContext): Promise<unknown> =>
  context.addInitScript(`
    globalThis.figures = { longTasks: [], keys: [] };
    const keep = (list, type, more) => new PerformanceObserver((entries) => {
      for (const { duration, name } of entries.getEntries())
        if (type === 'longtask' || name === 'keydown') list.push(duration);
      list.sort((a, b) => b - a);
    }).observe({ type, buffered: true, ...more });
    keep(figures.longTasks, 'longtask');
    keep(figures.keys, 'event', { durationThreshold: 16 });
  `);

export async function readFigures(page: Page): Promise<PageFigures> {
  const read = `({
    ...figures,
    firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
  })`;
  return (await page.evaluate(read)) as PageFigures;
}

/** Bytes of the heap of a page's scripts that are still in use. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** Shows text at `percent` of its usual size from the next page on, as a reader sets it in the browser. */
export async function setTextSize(page: Page, percent: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const fontSizes = { standard: (16 * percent) / 100, fixed: (13 * percent) / 100 };
  // The size is that of the session, which stays.
  await session.send('Page.setFontSizes', { fontSizes });
}

/**
 * Links, buttons and fields that are smaller than `least` pixels in one direction. A link within a sentence may be
 * (WCAG 2.5.8), and a label makes its field larger.
 */
export const smallTargets = async (page: Page, least: number): Promise<readonly string[]> =>
  (await page.evaluate(`(() => {
    const isInSentence = (one) =>
      one.matches('a') && getComputedStyle(one).display === 'inline' &&
      one.parentElement.innerText.trim().length > one.innerText.trim().length + 1;
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
      .filter((one) => one.checkVisibility() && !isInSentence(one))
      .map((one) => [one, (one.closest('label') ?? one).getBoundingClientRect()])
      .filter(([, { width, height }]) => Math.min(width, height) < ${least})
      .map(([one, { width, height }]) => Math.round(width) + 'x' + Math.round(height) + ' ' + one.outerHTML.slice(0, 120));
  })()`)) as readonly string[];

/** Pairs of texts that cover each other; where lines of writing only touch, they do not. */
export const overlaps = async (page: Page): Promise<readonly string[]> =>
  (await page.evaluate(`(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
      const own = node.parentElement;
      if (node.data.trim() === '' || !own.checkVisibility() || own.closest('.hidden, .skip, script')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const { left, right, top, bottom } of range.getClientRects()) {
        // The box of a line is higher than its letters.
        const spare = (bottom - top) / 4;
        found.push({ own, text: node.data.trim(), left, right, top: top + spare, bottom: bottom - spare });
      }
    }
    const isOver = (a, b) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    return found.flatMap((a, index) =>
      found.slice(index + 1).filter((b) => a.own !== b.own && isOver(a, b)).map((b) => a.text + ' / ' + b.text));
  })()`)) as readonly string[];
