import type { Labels } from './labels.ts';

export interface ExposedSample {
  readonly labels: Labels;
  readonly value: number;
}

const linePattern = /^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;
const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"/g;

/** Parses Prometheus' text format 0.0.4. Comments, invalid lines and timestamps are ignored. */
export function parseExposition(text: string): readonly ExposedSample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value = ''] = linePattern.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(labelPattern)].map(([, key = '', raw = '']) => [key, unescape(raw)]);
    return [{ labels: { ...Object.fromEntries(pairs), __name__: name }, value: readNumber(value) }];
  });
}

function unescape(value: string): string {
  return value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

function readNumber(value: string): number {
  const infinite = /^([+-]?)inf$/i.exec(value);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return Number(value);
}
