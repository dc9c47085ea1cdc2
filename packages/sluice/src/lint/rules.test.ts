import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRouter } from '../routers/index.ts';
import { findScaler } from '../scalers/index.ts';
import { findWorkload } from '../workloads/index.ts';
import { lint } from './lint.ts';
import { ruleOfProblem } from './rule-of-problem.ts';
import { pageOf, ruleIds, rules } from './rules.ts';

const root = join(import.meta.dirname, '../../../..');

describe('the rules', () => {
  it('stand in docs/reference/lint.md, each in the table that its help names', () => {
    const page = readFileSync(join(root, 'docs/reference/lint.md'), 'utf8');
    let anchor = '';
    const rows: string[] = [];
    for (const line of page.split('\n')) {
      if (line.startsWith('#'))
        anchor = line.replace(/^#+ /, '').toLowerCase().replaceAll(',', '').replaceAll(' ', '-');
      const [, id, severity, title] = /^\| `([A-Z]+\d{3})` +\| (\w+) +\| (.*?) +\|$/.exec(line) ?? [];
      if (id !== undefined) rows.push(`${id} ${severity} ${title} ${anchor}`);
    }
    expect(rows).toEqual(
      ruleIds.map((id) => `${id} ${rules[id].severity} ${rules[id].title} ${pageOf(id).split('#')[1]}`),
    );
  });

  it('have a general one for checks of the controller that are in no table', () => {
    const problem = { field: 'spec.new', value: '1', message: 'no' };
    expect(ruleOfProblem(problem, 'validation')).toBe('FIELD005');
    expect(ruleOfProblem(problem, 'warning')).toBe('FIELD006');
    expect(ruleOfProblem({ ...problem, value: 'absent' }, 'validation')).toBe('FIELD002');
  });
});

it('the examples have neither errors nor warnings', () => {
  const names = globSync('examples/**/*.{yaml,yml,json}', { cwd: root }).filter(
    (name) => !name.includes('node_modules'),
  );
  const files = names.map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
  const parts = { findRouter, findWorkload, findScaler, isMetricProvider: () => true };
  const settings = { meshProvider: 'gatewayapi:v1', minimumIntervalMs: 10_000, noCrossNamespaceRefs: false };
  const { findings, checked } = lint(files, parts, settings);
  expect(checked).toBeGreaterThan(0);
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
});
