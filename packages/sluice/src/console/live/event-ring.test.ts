import { describe, expect, it } from 'vitest';
import { createEventRing } from './event-ring.ts';

const dataAfter = (ring: ReturnType<typeof createEventRing>, id: string): unknown => {
  const found = ring.after(id);
  return found.kind === 'gap' ? 'gap' : found.events.map(({ data }) => JSON.parse(data) as unknown);
};

describe('the ring of events', () => {
  it('gives what came after an id, up to its size', () => {
    const ring = createEventRing('e', 3);
    const ids = [ring.lastId];
    for (const value of [1, 2, 3, 4]) {
      ring.add('prod', value);
      ids.push(ring.lastId);
    }
    expect(ids.map((id) => dataAfter(ring, id))).toEqual(['gap', [2, 3, 4], [3, 4], [4], []]);
  });

  it.each(['other-1', 'e-99', 'e', '', 'e--1', `e-${'9'.repeat(40)}`])('knows no event after %j', (id) => {
    const ring = createEventRing('e', 3);
    ring.add('prod', 1);
    expect(dataAfter(ring, id)).toBe('gap');
  });
});
