/**
 * Gates and rollback switches by key (`name.namespace`, `rollback.name.namespace`). What was never set is
 * closed. Rejects with `SluiceError` when the state cannot be read or written: never a guess.
 */
export interface GateStore {
  get(key: string): Promise<boolean>;
  /** `by` says who did it, for people who look at the state later. */
  set(key: string, open: boolean, by?: string): Promise<void>;
  close(): Promise<void>;
}
