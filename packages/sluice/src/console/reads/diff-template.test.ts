import { describe, expect, it } from 'vitest';
import { diffTemplates } from './diff-template.ts';

const template = (container: object, more: object = {}) => ({
  metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': String(Math.PI), team: 'pay' } },
  spec: { containers: [{ name: 'app', image: 'app:1', ...container }], ...more },
});

describe('the difference of two pod templates', () => {
  it.each<[string, object, object, unknown]>([
    ['is nothing where they are the same', {}, {}, []],
    ['is an image', {}, { image: 'app:2' }, [['containers[app].image', 'app:1', 'app:2']]],
    [
      'names entries of lists as Kubernetes does, in whatever order they stand',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      {
        env: [
          { name: 'B', value: '3' },
          { name: 'A', value: '1' },
        ],
      },
      [['containers[app].env[B].value', '2', '3']],
    ],
    [
      'is a field that came',
      {},
      { resources: { limits: { cpu: '1' } } },
      [['containers[app].resources.limits.cpu', undefined, '1']],
    ],
    [
      'is no copy of configuration',
      { envFrom: [{ configMapRef: { name: 'settings-primary' } }] },
      { envFrom: [{ configMapRef: { name: 'settings' } }] },
      [],
    ],
  ])('%s', (_what, before, after, expected) => {
    const found = diffTemplates(template(before), template(after));
    expect(found.map(({ path, before: old, after: now }) => [path, old, now])).toEqual(expected);
  });

  it('shows no value under a name that sounds secret', () => {
    const withPassword = (value: string) => template({ env: [{ name: 'DB_PASSWORD', value }] });
    expect(diffTemplates(withPassword('hunter1'), withPassword('hunter2'))).toEqual([
      { path: 'containers[app].env[DB_PASSWORD].value', before: '(set)', after: '(changed)' },
    ]);
  });

  it.each<[string, (value: string) => object]>([
    ['in a URL', (value) => ({ env: [{ name: 'DB', value: `pg://me:${value}@db/x` }] })],
    ['in an argument', (value) => ({ args: [`--password=${value}`] })],
    ['that is new', (value) => ({ env: value === 'hunter1' ? [] : [{ name: 'API_TOKEN', value }] })],
  ])('shows no secret %s', (_what, container) => {
    const found = diffTemplates(template(container('hunter1')), template(container('hunter2')));
    expect(found).not.toEqual([]);
    expect(JSON.stringify(found)).not.toContain('hunter');
  });

  it('has a bound, and takes whatever it gets', () => {
    const env = (value: string) => ({
      env: Array.from({ length: 300 }, (_, index) => ({ name: `V${index}`, value })),
    });
    expect(diffTemplates(template(env('a')), template(env('b')))).toHaveLength(100);
    for (const odd of [undefined, null, 7, 'x', []]) expect(diffTemplates(odd, odd)).toEqual([]);
  });
});
