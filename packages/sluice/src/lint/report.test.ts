import { describe, expect, it } from 'vitest';
import type { LintFinding, LintReport } from './finding.ts';
import { reportLines } from './report-lines.ts';
import { reportSarif } from './report-sarif.ts';
import { reportValue } from './report-value.ts';
import { ruleIds } from './rules.ts';

const finding: LintFinding = {
  file: './apps/my canary.yaml',
  line: 31,
  column: 11,
  rule: 'HOOK004',
  severity: 'warning',
  field: 'spec.analysis.webhooks[1].name',
  message: 'two hooks are called alike',
};
const report = (more: Partial<LintReport>): LintReport => ({
  files: 1,
  checked: 1,
  skipped: 0,
  findings: [],
  omitted: 0,
  counts: { error: 0, warning: 0, note: 0 },
  ...more,
});

describe('the report as lines', () => {
  it('has a line for each finding and one that counts', () => {
    const error = { ...finding, rule: 'YAML001', severity: 'error' } as const;
    const counts = { error: 1, warning: 1, note: 0 };
    expect(reportLines(report({ findings: [error, finding], counts }))).toEqual([
      './apps/my canary.yaml:31:11 error   YAML001 two hooks are called alike',
      './apps/my canary.yaml:31:11 warning HOOK004 two hooks are called alike',
      '1 error, 1 warning (1 object checked in 1 file)',
    ]);
  });

  it.each([
    [report({}), 'nothing found (1 object checked in 1 file)'],
    [
      report({ files: 2, checked: 0, skipped: 3 }),
      'nothing found (0 objects checked in 2 files; 3 objects of other kinds skipped)',
    ],
    [
      report({ counts: { error: 0, warning: 2, note: 3 }, omitted: 5 }),
      '2 warnings, 3 notes (1 object checked in 1 file)',
    ],
  ])('ends with what was found: %#', (given, last) => {
    expect(reportLines(given).at(-1)).toBe(last);
  });

  it('says how many findings are left out', () => {
    expect(reportLines(report({ omitted: 5 }))).toContain('... and 5 more');
  });
});

describe('the report as an object', () => {
  it('has a version and a kind', () => {
    expect(reportValue(report({ findings: [finding], counts: { error: 0, warning: 1, note: 0 } }))).toEqual({
      apiVersion: 'cli.sluice.dev/v1',
      kind: 'LintReport',
      summary: { errors: 0, warnings: 1, notes: 0, omitted: 0, files: 1, checked: 1, skipped: 0 },
      findings: [finding],
    });
  });
});

describe('the report as SARIF', () => {
  const sarif = reportSarif(report({ findings: [finding] }), '1.2.3');
  const [run] = sarif.runs;

  it('has the fields that SARIF 2.1.0 requires, and one run', () => {
    expect(sarif).toMatchObject({
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'sluice lint', semanticVersion: '1.2.3' } } }],
    });
    expect(sarif.runs).toHaveLength(1);
  });

  it('lists every rule, with a level of SARIF and a page of the documentation', () => {
    const listed = run?.tool.driver.rules ?? [];
    expect(listed.map(({ id }) => id)).toEqual(ruleIds);
    for (const { help, properties, defaultConfiguration, shortDescription } of listed) {
      expect(help.text).toContain(properties.page);
      expect(properties.page).toMatch(/^docs\/reference\/lint\.md#[a-z-]+$/);
      expect(['error', 'warning', 'note']).toContain(defaultConfiguration.level);
      expect(shortDescription.text).not.toBe('');
    }
  });

  it('points each result at its rule and its place', () => {
    const [result] = run?.results ?? [];
    expect(result).toMatchObject({
      ruleId: 'HOOK004',
      level: 'warning',
      message: { text: 'two hooks are called alike' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'apps/my%20canary.yaml' },
            region: { startLine: 31, startColumn: 11 },
          },
        },
      ],
    });
    expect(run?.tool.driver.rules[result?.ruleIndex ?? -1]?.id).toBe('HOOK004');
  });

  it.each([
    ['-', 'stdin'],
    ['/tmp/a b#.yaml', 'file:///tmp/a%20b%23.yaml'],
    ['../x.yaml', '../x.yaml'],
    ['\ud800.yaml', '%EF%BF%BD.yaml'],
  ])('writes the file %s as the URI %s', (file, uri) => {
    const [result] = reportSarif(report({ findings: [{ ...finding, file }] }), '1').runs[0]?.results ?? [];
    expect(result?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri);
  });
});
