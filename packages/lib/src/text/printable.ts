/**
 * What could control or deceive a terminal: C0 and C1 control characters, formatting characters (bidi overrides and
 * isolates, zero-width ones), line and paragraph separators, halves of surrogate pairs.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text of others as one line that is safe to print: runs of line breaks and tabs become one space, other unprintable
 * characters the escape that JSON has for them (`\u001b`), so that two different texts still look different.
 */
export function printable(text: string): string {
  return text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/gu, ' ').replace(unprintable, escape);
}

/**
 * Text with line breaks and tabs of its own, such as a log or JSON, safe to print: only those stay as they are. JSON
 * parses to the same value.
 */
export const printableText = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(unprintable, (character) => (/[\n\t]/.test(character) ? character : escape(character)));

const escape = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
