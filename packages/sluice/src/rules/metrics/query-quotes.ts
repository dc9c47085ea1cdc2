/** Where the end of a part of a query stands: outside of strings, in one, or in a comment. */
export type QueryPlace = '' | '"' | "'" | '`' | '#';

/** The place at the end of `text`, which begins at `place`: PromQL's strings, their escapes, and comments. */
export function placeAfter(text: string, place: QueryPlace): QueryPlace {
  let at = place;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (at === '') at = opens(character);
    else if (at === '#') at = character === '\n' ? '' : '#';
    // In back quotes a backslash is a backslash.
    else if (character === '\\' && at !== '`') index += 1;
    else if (character === at) at = '';
  }
  return at;
}

const opens = (character: string): QueryPlace =>
  character === '"' || character === "'" || character === '`' || character === '#' ? character : '';

/**
 * Whether a value stays what it is where it is put: a part of a string that does not end it, or outside of strings one number,
 * name or duration. A value that is more would be query text of its author, run with the credentials of somebody else.
 */
export function staysInPlace(value: string, place: QueryPlace): boolean {
  if (place === '') return /^[\p{L}\p{Nd}_:.]*$/u.test(value);
  if (/[\r\n]/.test(value)) return false;
  if (place === '#') return true;
  for (let index = 0; index < value.length; index += 1) {
    if (value[index] === place) return false;
    if (value[index] !== '\\' || place === '`') continue;
    // The character after it is escaped, and would be one of the query where there is none.
    if (index === value.length - 1) return false;
    index += 1;
  }
  return true;
}
