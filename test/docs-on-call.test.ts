import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { phases } from '@sluice/sluice/api/canary-status.ts';
import { root } from './support/docs/read-pages.ts';

const page = readFileSync(join(root, 'docs/guides/on-call.md'), 'utf8');

/** Words in CamelCase of the first column of the table under a heading. */
function namedUnder(heading: string): readonly string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  const cells = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|')[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([A-Z][A-Za-z]+)`/g)].map(([, word = '']) => word));
}

const folder = join(root, 'packages/sluice/src');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(folder, file), 'utf8'))
  .join('\n');

describe('docs/guides/on-call.md', () => {
  test.each(['Why does it wait', 'Why did it go back', 'Something is wrong'])(
    'names under "%s" only words that the controller uses',
    (heading) => {
      const named = namedUnder(heading);
      expect(named.length).toBeGreaterThan(2);
      expect(named.filter((word) => !sources.includes(`'${word}'`))).toEqual([]);
    },
  );

  test('says what to do about each reason for which a Canary waits', () => {
    const waits = [...sources.matchAll(/waitFor\(\s*'\w+',\s*'(\w+)'/g)].map(([, reason = '']) => reason);
    expect(new Set(waits).size).toBeGreaterThan(15);
    const named = new Set([...namedUnder('Why does it wait'), 'Resting']);
    expect([...new Set(waits)].filter((reason) => !named.has(reason))).toEqual([]);
  });

  test('says where the traffic is in each phase', () => {
    const named = new Set(namedUnder('What is going on'));
    const shown = phases.filter((phase) => !['', 'Terminating', 'Terminated'].includes(phase));
    expect(shown.filter((phase) => !named.has(phase))).toEqual([]);
  });
});
