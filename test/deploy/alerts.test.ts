import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { createMetricsRegistry } from '@sluice/sluice/platform/metrics-registry.ts';
import { helmPath } from '../support/real/role/helm.ts';
import { chartQueries, dashboardOf } from '../support/rigs/chart-alerts.ts';
import type { Alert, ChartQueries } from '../support/rigs/chart-alerts.ts';
import { clientProgram, findProgram } from '../support/rigs/client-program.ts';
import { promtoolTest } from '../support/rigs/promtool-test.ts';
import { createScrapeBook } from '../support/rigs/scrape-book.ts';
import type { ScrapeBook } from '../support/rigs/scrape-book.ts';
import { createScenario, initialized } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const scrapeMs = 30_000;
const minutes = (count: number): number => (count * 60_000) / scrapeMs;
const promtool = findProgram('promtool');

interface Story {
  readonly name: string;
  readonly begin: () => Promise<Scenario>;
  readonly minutes: number;
  /** Alerts that fire in the end. */
  readonly fires: readonly string[];
}

const shipped = async (...options: Parameters<typeof initialized>): Promise<Scenario> => {
  const scenario = await initialized(...options);
  scenario.ship('podinfo:2');
  return scenario;
};

const stories: readonly Story[] = [
  {
    name: 'a run that succeeds',
    begin: () =>
      shipped({
        hooks: [
          ['rollout', '/check'],
          ['event', '/event'],
        ],
      }),
    minutes: 20,
    fires: [],
  },
  {
    name: 'a gate that stays closed for five hours',
    begin: () => shipped({ hooks: [['confirm-rollout', '/gate']], replies: { '/gate': 403 } }),
    minutes: 300,
    fires: ['SluiceCanaryWaits'],
  },
  {
    name: 'a gate that stays closed for three hours',
    begin: () => shipped({ hooks: [['confirm-rollout', '/gate']], replies: { '/gate': 403 } }),
    minutes: 180,
    fires: [],
  },
  {
    name: 'a canary that is suspended for five hours',
    async begin() {
      const scenario = await initialized();
      scenario.edit(() => ({ suspend: true }));
      scenario.ship('podinfo:2');
      return scenario;
    },
    minutes: 300,
    fires: [],
  },
  {
    name: 'a Gateway that is missing for two hours',
    begin: () => createScenario({ gateway: false }),
    minutes: 120,
    fires: ['SluiceCanaryStuck', 'SluiceCanaryCondition'],
  },
  {
    name: 'a canary that is invalid',
    begin: () => createScenario({ analysis: { stepWeights: [50, 20] } }),
    minutes: 10,
    fires: ['SluiceCanaryInvalid'],
  },
  {
    name: 'a Gateway that is missing for ten minutes',
    begin: () => createScenario({ gateway: false }),
    minutes: 10,
    fires: ['SluiceCanaryCondition'],
  },
  {
    name: 'a rollback some minutes ago',
    begin: () => shipped({ hooks: [['rollout', '/check']], replies: { '/check': 500 } }),
    minutes: 10,
    fires: ['SluiceRollback'],
  },
  {
    name: 'a rollback two hours ago',
    begin: () => shipped({ hooks: [['rollout', '/check']], replies: { '/check': 500 } }),
    minutes: 120,
    fires: [],
  },
  {
    name: 'a gate that nobody serves',
    begin: () => shipped({ hooks: [['confirm-rollout', '/gate']], replies: { '/gate': 'refused' } }),
    minutes: 20,
    fires: ['SluiceHookFails'],
  },
  {
    name: 'an end of a run that is not taken',
    begin: () => shipped({ hooks: [['post-rollout', '/end']], replies: { '/end': 503 } }),
    minutes: 30,
    fires: ['SluiceOutboxOld'],
  },
  {
    name: 'events that are given up',
    begin: () => shipped({ hooks: [['event', '/event']], replies: { '/event': 404 } }),
    minutes: 40,
    fires: ['SluiceDeadLetters'],
  },
  {
    name: 'a controller that may not work',
    begin: () => createScenario({ mayAct: () => false }),
    minutes: 10,
    fires: ['SluiceNoLeader'],
  },
];

/** Alerts that fire at `time`: their queries have had an answer for as long as they ask for. */
const firingAt = (alerts: readonly Alert[], book: ScrapeBook, time: number): readonly string[] =>
  alerts
    .filter(({ expr, forMs }) => {
      for (let at = time - forMs; at <= time; at += scrapeMs)
        if (book.ask(expr, at).length === 0) return false;
      return true;
    })
    .map(({ name }) => name);

interface Scraped {
  readonly times: readonly number[];
  readonly texts: readonly string[];
}

async function scrape(scenario: Scenario, count: number): Promise<Scraped> {
  const times: number[] = [];
  const texts: string[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    times.push(scenario.clock.now());
    texts.push(await scenario.exposed());
    await scenario.clock.advance(`${scrapeMs / 1000}s`);
  }
  await scenario.end();
  return { times, texts };
}

const isTenth = (_time: number, index: number): boolean => index % 10 === 0;

const bookOf = ({ times, texts }: Scraped, honors: boolean): ScrapeBook => {
  const book = createScrapeBook(honors);
  texts.forEach((text, index) => book.add(times[index] ?? 0, text));
  return book;
};

describe.skipIf(helmPath === undefined)(
  'the queries of the chart (needs helm on PATH or in $SLUICE_TEST_BIN)',
  () => {
    const kinds = [
      { honors: true, args: ['--set', 'queries.matchers=job="sluice-system/sluice"'] },
      { honors: false, args: ['--set', 'podMonitor.enabled=true'] },
    ];
    const told = new Map<string, Promise<Scraped>>();
    const scrapedOf = ({ name, begin, minutes: length }: Story): Promise<Scraped> => {
      const scraped = told.get(name) ?? begin().then((scenario) => scrape(scenario, minutes(length)));
      told.set(name, scraped);
      return scraped;
    };
    const allScraped = (): Promise<readonly Scraped[]> => Promise.all(stories.map(scrapedOf));
    let rendered: readonly (ChartQueries & { readonly honors: boolean })[] = [];

    beforeAll(async () => {
      rendered = await Promise.all(
        kinds.map(async ({ honors, args }) => ({ honors, ...(await chartQueries(...args)) })),
      );
    });

    it.each(stories)('alert of $name: $fires', async (story) => {
      const { fires } = story;
      const scraped = await scrapedOf(story);
      for (const { honors, alerts } of rendered) {
        expect(alerts).toHaveLength(11);
        const book = bookOf(scraped, honors);
        const last = scraped.times.at(-1) ?? 0;
        expect(firingAt(alerts, book, last)).toEqual(fires);
        if (fires.length > 0) continue;
        for (const time of scraped.times.slice(-minutes(20)))
          expect(firingAt(alerts, book, time)).toEqual([]);
      }
    });

    it('alert of a controller that is gone: SluiceAbsent', () => {
      for (const { honors, alerts } of rendered) {
        const book = createScrapeBook(honors);
        for (let turn = 0; turn < minutes(30); turn += 1)
          book.add(turn * scrapeMs, turn < minutes(10) ? 'sluice_leader 1' : undefined);
        expect(firingAt(alerts, book, minutes(9) * scrapeMs)).toEqual([]);
        expect(firingAt(alerts, book, minutes(29) * scrapeMs)).toEqual(['SluiceAbsent']);
      }
    });

    it.each([
      ['that begin late', 20, 0, ['SluicePassesLate']],
      ['that do not begin', 0.001, 5, ['SluicePassesLate']],
      ['that begin in time', 0.001, 0, []],
    ])('alert of passes %s', async (_how, lateSeconds, queued, fires) => {
      const registry = createMetricsRegistry();
      registry.process({ leads: () => true, queued: () => queued });
      const book = createScrapeBook();
      for (let turn = 0; turn < minutes(30); turn += 1) {
        registry.passBegan(lateSeconds);
        book.add(turn * scrapeMs, await registry.expose());
      }
      expect(firingAt(rendered[0]?.alerts ?? [], book, minutes(29) * scrapeMs)).toEqual(fires);
    });

    it('each alert has a story', () => {
      const known = new Set([...stories.flatMap(({ fires }) => fires), 'SluiceAbsent', 'SluicePassesLate']);
      expect(rendered[0]?.alerts.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
    });

    it('name series, labels and values that the controller has shown', async () => {
      const own = createMetricsRegistry({ processMetrics: true });
      const process = (await own.expose()).split('\n').filter((line) => line.startsWith('process_'));
      for (const { honors, alerts, panels } of rendered) {
        const book = createScrapeBook(honors);
        book.add(0, process.join('\n'));
        for (const { times, texts } of await allScraped())
          texts.forEach((text, index) => book.add(times[index] ?? 0, text));
        expect(panels.length).toBeGreaterThan(15);
        const queries = [...alerts.map(({ name, expr }) => [name, expr] as const), ...panels];
        const unknown = queries.flatMap(([name, query]) =>
          book.unknownIn(query).map((what) => `${name}: ${what}: ${query}`),
        );
        expect(unknown).toEqual([]);
      }
    });

    it('are told apart from queries of series and labels that do not exist', () => {
      const book = createScrapeBook();
      book.add(0, 'sluice_canary_condition{namespace="test",canary="podinfo",type="Invalid"} 1');
      const asked = [
        'sluice_canary_condition',
        'sluice_canary_conditions',
        'sluice_canary_condition{kind="Invalid"}',
        'sluice_canary_condition{type="Valid"}',
        'sum by (name) (sluice_canary_condition)',
        'sluice_canary_condition and on (name) sluice_canary_condition',
      ];
      expect(asked.map((query) => book.unknownIn(query).length > 0)).toEqual([
        false,
        true,
        true,
        true,
        true,
        true,
      ]);
    });

    it('use in their sentences only labels that the answer has', async () => {
      const scraped = await allScraped();
      for (const { honors, alerts } of rendered) {
        const books = scraped.map((one) => ({ book: bookOf(one, honors), times: one.times.filter(isTenth) }));
        const answersOf = (expr: string): ReadonlySet<string> =>
          new Set(
            books.flatMap(({ book, times }) =>
              times.flatMap((time) => book.ask(expr, time)).flatMap(Object.keys),
            ),
          );
        for (const { name, expr, annotations } of alerts) {
          const sentences = Object.values(annotations).join(' ');
          const used = [...sentences.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label);
          const known = used.length === 0 ? new Set() : answersOf(expr);
          expect(
            used.filter((label) => !known.has(label)),
            name,
          ).toEqual([]);
        }
      }
    });

    it('has thresholds, labels and alerts to leave out as values', async () => {
      const set =
        'prometheusRule.thresholds.waitsForPersonSeconds=60,prometheusRule.disabled={SluiceRollback},prometheusRule.alertLabels.team=delivery';
      const { alerts } = await chartQueries('--set', set);
      expect(alerts.map(({ name }) => name)).not.toContain('SluiceRollback');
      expect(alerts).toHaveLength(10);
      expect(alerts[0]?.expr).toMatch(/> 60$/);
      expect(alerts[0]?.labels).toEqual({ severity: 'info', team: 'delivery' });
    });

    it.each([
      ['prometheusRule.thresholds.stuckSeconds=0', "at '/prometheusRule/thresholds/stuckSeconds'"],
      ['prometheusRule.disabled={Rollback}', "at '/prometheusRule/disabled/0'"],
      ['queries.matchers=job', "at '/queries/matchers'"],
      ['queries.matchers=job="a"} or vector(1) or up{a="b"', "at '/queries/matchers'"],
    ])('refuses %s', async (value, sentence) => {
      await expect(chartQueries('--set', value)).rejects.toThrow(sentence);
    });

    it('leaves both out by default', async () => {
      const { objects } = await chartQueries('--set', 'prometheusRule.enabled=false,dashboard.enabled=false');
      expect(objects.map(({ kind }) => kind)).not.toContain('PrometheusRule');
      expect(dashboardOf(objects)).toEqual({});
    });

    it('puts the dashboard where the sidecar finds it, with panels that do not overlap', async () => {
      const { objects } = await chartQueries('--set', 'dashboard.annotations.grafana_folder=Rollouts');
      const map = objects.find(({ metadata }) => metadata.name === 'sluice-dashboard');
      expect(map?.metadata).toMatchObject({
        labels: { grafana_dashboard: '1' },
        annotations: { grafana_folder: 'Rollouts' },
      });
      const { panels } = dashboardOf(objects);
      const cells = asList(panels).flatMap((panel) => {
        const { x, y, w, h } = asRecord(asRecord(panel)['gridPos']) as Record<string, number>;
        return [...Array((w ?? 0) * (h ?? 0)).keys()].map(
          (cell) => `${(x ?? 0) + (cell % (w ?? 1))},${(y ?? 0) + Math.floor(cell / (w ?? 1))}`,
        );
      });
      expect(cells.length).toBeGreaterThan(500);
      expect(new Set(cells).size).toBe(cells.length);
    });

    describe.skipIf(promtool === undefined)('under promtool (needs it on PATH)', () => {
      let folder = '';
      const file = (name: string): string => join(folder, name);
      const run = (...args: readonly string[]) => clientProgram(promtool ?? '', []).run(args);
      const groupsOf = ({ objects }: ChartQueries): readonly unknown[] =>
        asList(asRecord(objects.find(({ kind }) => kind === 'PrometheusRule')?.['spec'])['groups']);

      beforeAll(() => {
        folder = mkdtempSync(join(tmpdir(), 'rules-'));
      });
      afterAll(() => rmSync(folder, { recursive: true }));

      it('are valid, those of the dashboard too', async () => {
        for (const queries of [...rendered, await chartQueries()]) {
          const ofPanels = queries.panels.map(([, expr], index) => ({ record: `panel_${index}`, expr }));
          const groups = [...groupsOf(queries), { name: 'panels', rules: ofPanels }];
          writeFileSync(file('rules.yaml'), stringify({ groups }));
          const { code, stdout, stderr } = await run('check', 'rules', file('rules.yaml'));
          expect(code, stdout + stderr).toBe(0);
          expect(stdout).toContain(`${11 + queries.panels.length} rules found`);
        }
      });

      it('let the same alerts fire in each story', async () => {
        const scraped = await allScraped();
        for (const queries of rendered) {
          const tests = stories.map(({ name, fires }, index) => {
            const { times, texts } = scraped[index] ?? { times: [], texts: [] };
            const series = bookOf({ times, texts }, queries.honors).series();
            const [from = 0, at = 0] = [times[0], times.at(-1)];
            return promtoolTest({ name, series, from, at, stepMs: scrapeMs, fires });
          });
          writeFileSync(file('alerts.yaml'), stringify({ groups: groupsOf(queries) }));
          const told = { rule_files: ['alerts.yaml'], evaluation_interval: `${scrapeMs / 1000}s`, tests };
          writeFileSync(file('stories.yaml'), stringify(told));
          const { code, stdout, stderr } = await run('test', 'rules', file('stories.yaml'));
          expect(code, stdout + stderr).toBe(0);
          expect(stdout).toContain('SUCCESS');
        }
      });
    });
  },
);

describe('the page of the series', () => {
  it('names each series of the registry with its type, each alert, and no others', async () => {
    const page = readFileSync('docs/reference/series.md', 'utf8');
    const types = (await createMetricsRegistry().expose()).matchAll(/^# TYPE (\S+) (\S+)$/gm);
    const series = [...types].map(([, name = '', type = '']) => `${name} ${type}`);
    const rows = [...page.matchAll(/^\| `([a-z_]+)` +\| (gauge|counter|histogram) +\|/gm)];
    expect(rows.map(([, name = '', type = '']) => `${name} ${type}`).toSorted()).toEqual(series.toSorted());
    const template = readFileSync('deploy/chart/sluice/templates/_alerts.tpl', 'utf8');
    const alerts = [...template.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
    const told = [...page.matchAll(/^\| `(Sluice\w+)` +\|/gm)].map(([, name = '']) => name);
    expect(alerts).toHaveLength(11);
    expect(told).toEqual(alerts);
  });
});
