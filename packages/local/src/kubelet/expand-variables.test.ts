import { expect, it } from 'vitest';
import { expandVariables } from './expand-variables.ts';
import { mountRewriter } from './rewrite-mounts.ts';

it.each([
  ['$(A)', '1'],
  ['x$(A)-$(B)y', 'x1-2y'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$1'],
  ['$(NONE)', '$(NONE)'],
  ['$A ${A} $(', '$A ${A} $('],
  ['$(toString)', '$(toString)'],
])('"%s" expands to "%s"', (text, expected) => {
  expect(expandVariables(text, { A: '1', B: '2' })).toBe(expected);
});

it.each([
  ['/etc/app', '/v/conf'],
  ['--config=/etc/app/a.yaml', '--config=/v/conf/a.yaml'],
  ['cat "/etc/app/a" /data', 'cat "/v/conf/a" /v/data/sub'],
  ['/etc/app.d/x /srv/etc/app', '/etc/app.d/x /srv/etc/app'],
  ['/etc/app/deep/x', '/v/deep/x'],
])('with its mounts rewritten "%s" is "%s"', (text, expected) => {
  const volumeMounts = [
    { name: 'conf', mountPath: '/etc/app/' },
    { name: 'deep', mountPath: '/etc/app/deep' },
    { name: 'data', mountPath: '/data', subPath: 'sub' },
  ];
  const volumes = new Map([
    ['conf', '/v/conf'],
    ['deep', '/v/deep'],
    ['data', '/v/data'],
  ]);
  expect(mountRewriter({ name: 'main', volumeMounts }, volumes)(text)).toBe(expected);
});
