import { Agent, request } from 'undici';
import { readBounded } from '@sluice/lib/http/read-bounded.ts';
import type { LocalStore } from '../contracts.ts';
import type { Labels } from './labels.ts';
import { parseExposition } from './parse-exposition.ts';
import type { SampleStore } from './sample-store.ts';
import { findScrapeTargets, type ScrapeTarget } from './scrape-targets.ts';

export interface Scraper {
  /** Scrapes every target once, all at the same time. */
  scrapeAll(): Promise<void>;
  close(): void;
}

const timeoutMs = 900;
const largestAnswer = 4 * 1024 * 1024;

/** Scrapes every `intervalMs`; a round that is still running is not started again. */
export function startScraper(options: {
  readonly store: LocalStore;
  readonly samples: SampleStore;
  readonly now: () => number;
  readonly intervalMs: number;
}): Scraper {
  const { store, samples, now } = options;
  const closing = new AbortController();
  // An agent without a proxy: pods are reached directly, whatever proxy this process uses.
  const agent = new Agent({ connections: 1, keepAliveTimeout: 4_000 });
  let known = new Set<string>();
  let running: Promise<void> | undefined;
  const round = async (): Promise<void> => {
    const time = now();
    const targets = findScrapeTargets(store);
    const present = new Set(targets.map((target) => target.instance));
    for (const instance of known) if (!present.has(instance)) samples.markStale(instance, time);
    known = present;
    await Promise.all(targets.map((target) => scrape(target, samples, time, agent, closing.signal)));
    samples.prune(time);
  };
  const scrapeAll = (): Promise<void> => (running ??= round().finally(() => (running = undefined)));
  const timer = setInterval(() => void scrapeAll().catch(() => undefined), options.intervalMs);
  timer.unref();
  return {
    scrapeAll,
    close() {
      clearInterval(timer);
      closing.abort();
      void agent.destroy().catch(() => undefined);
    },
  };
}

async function scrape(
  target: ScrapeTarget,
  samples: SampleStore,
  time: number,
  agent: Agent,
  closing: AbortSignal,
): Promise<void> {
  const text = await fetchText(target.url, agent, closing);
  const up = text === undefined ? 0 : 1;
  samples.append({ ...target.labels, __name__: 'up' }, { time, value: up });
  for (const sample of parseExposition(text ?? '')) {
    samples.append(relabel(sample.labels, target.labels), { time, value: sample.value });
  }
  samples.markStale(target.instance, time);
}

/** Renames the target's own labels that collide with ours to `exported_...`. */
function relabel(exposed: Labels, target: Labels): Labels {
  const moved = Object.entries(exposed).map(([name, value]) =>
    name in target ? [`exported_${name}`, value] : [name, value],
  );
  return { ...Object.fromEntries(moved), ...target };
}

async function fetchText(url: string, agent: Agent, closing: AbortSignal): Promise<string | undefined> {
  try {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(timeoutMs)]);
    const { statusCode, body } = await request(url, { dispatcher: agent, signal });
    const text = (await readBounded(body, largestAnswer))?.toString('utf8');
    return statusCode === 200 ? text : undefined;
  } catch {
    // Shown as `up` 0, as Prometheus does.
    return undefined;
  }
}
