import { problem } from './finding.ts';
import type { Finding } from './finding.ts';

export function checkUrl(field: string, url: string): readonly Finding[] {
  const protocol = URL.parse(url)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return [];
  return [problem(field, url, 'write an absolute URL that begins with http:// or https://')];
}
