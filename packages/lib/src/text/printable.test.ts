import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableText } from './printable.ts';

/** Any text, with what attacks a terminal more often than chance would have it. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001b[2J',
        '\u001b]0;title\u0007',
        '\u009b31m',
        '\u0000',
        '\u007f',
        '\r\n',
        '\u2028',
        '\u202e',
        '\u2066',
        '\u200b',
        '\ufeff',
        '\u{e0041}',
        '\ud800',
      ),
    ),
  )
  .map((parts) => parts.join(''));
const anyControl = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('text of others, made printable', () => {
  it.each([
    ['an escape sequence', 'evil\u001b[2Jgate', String.raw`evil\u001b[2Jgate`],
    ['a C1 control sequence introducer', 'a\u009b31mb', String.raw`a\u009b31mb`],
    ['a bidi override', 'checkout\u202egnp', String.raw`checkout\u202egnp`],
    ['a zero-width space', 'pod\u200binfo', String.raw`pod\u200binfo`],
    ['a tag character outside the basic plane', 'a\u{e0041}', String.raw`a\udb40\udc41`],
    ['a backspace', 'ok\b\bno', String.raw`ok\u0008\u0008no`],
    ['line breaks and tabs', 'one\r\n\ttwo\u2028three', 'one two three'],
    ['half a surrogate pair', 'x\ud83d', String.raw`x\ud83d`],
    ['letters, signs and emoji', 'Größe 漢字 ✔ 😀 \u0301', 'Größe 漢字 ✔ 😀 \u0301'],
  ])('%s: %j is %s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('holds nothing that controls a terminal, whatever the text', () => {
    fc.assert(fc.property(hostile, (text) => !anyControl.test(printable(text))));
  });

  it('is not changed by being made printable again', () => {
    fc.assert(fc.property(hostile, (text) => printable(printable(text)) === printable(text)));
  });

  it('leaves printable text as it is', () => {
    const harmless = hostile.filter((text) => !anyControl.test(text));
    fc.assert(fc.property(harmless, (text) => printable(text) === text));
  });
});

describe('text with line breaks of its own, made printable', () => {
  it('keeps them and tabs, and nothing else that controls a terminal', () => {
    expect(printableText('one\r\n\ttwo\u2028\u001b[2J\n')).toBe('one\n\ttwo\\u2028\\u001b[2J\n');
    fc.assert(
      fc.property(hostile, (text) => !anyControl.test(printableText(text).replaceAll(/[\n\t]/g, ''))),
    );
  });

  it('is the same value, where it is JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.dictionary(hostile, hostile), (value, texts) => {
        const json = JSON.stringify({ value, texts: Object.entries(texts) }, undefined, 2);
        expect(JSON.parse(printableText(json))).toEqual(JSON.parse(json));
      }),
    );
  });
});
