import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { HookPayload } from '@sluice/sluice/ports/hooks.ts';
import { encodePayload } from '@sluice/sluice/webhooks/encode-payload.ts';
import { initialized } from '../../test/support/scenario/scenario.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

/** test/e2e/hook-examples.test.ts sends them hooks. */
describe('docs/guides/write-a-hook.md', () => {
  it.each(['gate.ts', 'gate.py', 'gate.go', 'gate.sh'])('shows %s as it is', async (file) => {
    const source = await read(`examples/hooks/${file}`);
    expect(await read('docs/guides/write-a-hook.md')).toContain(`\n${source}\`\`\`\n`);
  });
});

describe.each(['docs/guides/write-a-hook.md', 'docs/reference/hooks.md'])('the payload in %s', (file) => {
  it('is one that a run sends, key by key', async () => {
    const text = await read(file);
    const shown = JSON.parse(/```json\n(.*?)```/s.exec(text)?.[1] ?? '') as Record<string, unknown>;
    const scenario = await initialized({
      hooks: [[String(shown['type']), '/hook', { metadata: { a: 'b' } }]],
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    const sent = scenario.receiver.calls('/hook')[0]?.payload ?? {};

    const { deliveryId, attempt, ...payload } = shown;
    const encoded = encodePayload(payload as unknown as HookPayload, String(deliveryId), Number(attempt));
    expect(encoded).toBe(JSON.stringify(shown));
    expect(Object.keys(shown)).toEqual(Object.keys(sent));
    expect(Object.keys(Object(shown['images']))).toEqual(Object.keys(Object(sent['images'])));
  });
});
