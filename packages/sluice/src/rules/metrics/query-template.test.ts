import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { renderQuery } from './query-template.ts';

const context = {
  name: 'canary',
  namespace: 'test',
  target: 'podinfo',
  service: 'front',
  ingress: 'gate',
  route: 'way',
  interval: '1m',
  variables: { code: '5..', 'some-key': 'dashed', _x1: 'odd', größe: 'wide' },
  isForeign: false,
};

describe('renderQuery', () => {
  it.each([
    ['{{ name }}/{{namespace}}/{{\ttarget\n}}', 'canary/test/podinfo'],
    ['{{ service }} {{ ingress }} {{ route }} [{{ interval }}]', 'front gate way [1m]'],
    ['status=~"{{ variables.code }}"', 'status=~"5.."'],
    ['{{ variables._x1 }}{{ variables.größe }}', 'oddwide'],
    ['{{ index variables "some-key" }}', 'dashed'],
    ['a {{- name -}} b', 'acanaryb'],
    ['a\n\t {{- name }} b', 'acanary b'],
    ['a {{ name -}} \r\n b', 'a canaryb'],
    ['a{{/* says {{ why }} */}}b', 'ab'],
    ['a {{- /* why */ -}} b', 'ab'],
    ['x{a="b"}}', 'x{a="b"}}'],
    ['', ''],
    ['no actions { } at all', 'no actions { } at all'],
  ])('renders %j as %j', (template, expected) => {
    expect(renderQuery(template, context)).toBe(expected);
  });

  it.each([
    '{{ if name }}x{{ end }}',
    '{{ range variables }}{{ end }}',
    '{{ eq name "x" }}',
    '{{ .Name }}',
    '{{ name | printf "%s" }}',
    '{{ variables }}',
    '{{ variables.a.b }}',
    '{{ Name }}',
    '{{ }}',
    '{{-name}}',
    '{{ toString }}',
  ])('refuses %j and names the expression', (template) => {
    const expression = template.replace(/^\{\{\s*/, '').replace(/\s*\}\}[\s\S]*$/, '');
    expect(() => renderQuery(template, context)).toThrow(`{{ ${expression} }} is not supported`);
  });

  it.each(['{{ variables.none }}', '{{ index variables "no-ne" }}', '{{ variables.constructor }}'])(
    'refuses %j, which has no value, instead of leaving a hole',
    (template) => {
      expect(() => renderQuery(template, context)).toThrow(/has no value; add (none|no-ne|constructor)/);
    },
  );

  it('refuses an expression that is not closed', () => {
    expect(() => renderQuery('sum({{ name )', context)).toThrow('"{{ name )" is not closed');
  });

  it('stops as soon as the query gets longer than 64 Ki characters', () => {
    const variables = { a: 'x'.repeat(4096) };
    const times = (count: number): string => '{{variables.a}}'.repeat(count);
    expect(renderQuery(times(16), { ...context, variables })).toHaveLength(65_536);
    const uses = { count: 0 };
    const counted = {
      get a() {
        uses.count += 1;
        return variables.a;
      },
    };
    expect(() => renderQuery(times(1000), { ...context, variables: counted })).toThrow(
      'with its variables filled in it is longer than 65536 characters; shorten',
    );
    expect(uses.count).toBe(17);
  });

  it('quotes no more than the beginning of a long expression', () => {
    const long = `{{ ${'x'.repeat(5000)} }}`;
    expect(() => renderQuery(long, context)).toThrow(
      /^query template: \{\{ x{80}\.\.\. \}\} is not supported/,
    );
  });

  it('leaves text without braces as it is, and never throws anything but a SluiceError', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '-', ' ', '\n', '/*', '*/', 'name', '"', 'x') }),
        (text) => {
          if (!text.includes('{{')) expect(renderQuery(text, context)).toBe(text);
          try {
            expect(typeof renderQuery(text, context)).toBe('string');
          } catch (error) {
            expect(error).toBeInstanceOf(SluiceError);
          }
        },
      ),
    );
  });
});

describe('a template of another namespace', () => {
  const render = (template: string, value: string, isForeign = true): string =>
    renderQuery(template, { ...context, isForeign, variables: { value } });

  it.each([
    ['errors{pod=~"{{ variables.value }}"}', 'podinfo-.*'],
    ['errors{pod=~"{{ variables.value }}"}', String.raw`a\\d+`],
    ['errors > {{ variables.value }}', '0.99'],
    ['rate(x[{{ variables.value }}])', '5m'],
    ['up # {{ variables.value }}', 'what it is for'],
  ])('takes a plain value: %j with %j', (template, value) => {
    expect(render(template, value)).toBe(template.replace('{{ variables.value }}', value));
  });

  it.each([
    ['errors{pod=~"{{ variables.value }}"}', '"} or secrets{a="'],
    ['errors{pod=~"{{ variables.value }}"}', 'x\\'],
    ['errors{pod=~"{{ variables.value }}"}', 'x\n'],
    ["errors{pod=~'{{ variables.value }}'}", "' or up or '"],
    ['errors > {{ variables.value }}', '0 or secrets'],
    ['errors > {{ variables.value }}', 'vector(1)'],
    ['up # {{ variables.value }}', 'x\nsecrets'],
  ])('takes nothing that would be query text: %j with %j', (template, value) => {
    expect(() => render(template, value)).toThrow(
      'is no plain value for {{ variables.value }} in a template of another',
    );
    expect(render(template, value, false)).toBe(template.replace('{{ variables.value }}', value));
  });

  it('is refused a name of the spec that is none, too', () => {
    const spoilt = { ...context, isForeign: true, ingress: '"} or up{a="' };
    expect(() => renderQuery('x{i="{{ ingress }}"}', spoilt)).toThrow('is no plain value for {{ ingress }}');
  });
});
