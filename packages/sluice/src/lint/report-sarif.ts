import type { LintFinding, LintReport } from './finding.ts';
import { pageOf, ruleIds, rules } from './rules.ts';

/** The report as SARIF 2.1.0, which code hosts show beside the lines. `version`: that of this program. */
export const reportSarif = (report: LintReport, version: string) => ({
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'sluice lint',
          semanticVersion: version,
          rules: ruleIds.map((id) => ({
            id,
            shortDescription: { text: rules[id].title },
            help: { text: `${rules[id].title}. See ${pageOf(id)}.` },
            // `helpUri` must be absolute, and the page has no address that every installation shares.
            properties: { page: pageOf(id) },
            defaultConfiguration: { level: rules[id].severity },
          })),
        },
      },
      columnKind: 'utf16CodeUnits',
      results: report.findings.map(resultOf),
    },
  ],
});

const resultOf = ({ rule, severity, message, file, line, column }: LintFinding) => ({
  ruleId: rule,
  ruleIndex: ruleIds.indexOf(rule),
  level: severity,
  message: { text: message },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(file) },
        region: { startLine: line, startColumn: column },
      },
    },
  ],
});

/** A relative path stays relative: code hosts look it up in the repository. */
function uriOf(file: string): string {
  if (file === '-') return 'stdin';
  const path = file
    .replace(/^(\.\/)+/, '')
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
  return path.startsWith('/') ? `file://${path}` : path;
}
