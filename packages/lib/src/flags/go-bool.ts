/** Go's `strconv.ParseBool`: 1 t T true TRUE True, 0 f F false FALSE False; undefined for all else. */
export function parseGoBool(text: string): boolean | undefined {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
  return /^(0|f|F|false|FALSE|False)$/.test(text) ? false : undefined;
}
