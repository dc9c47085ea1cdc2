/** `process.stderr` will do. */
export interface LogDestination {
  write(text: string): unknown;
}
