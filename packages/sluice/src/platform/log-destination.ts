/** For example `process.stderr`. */
export interface LogDestination {
  write(text: string): unknown;
}
