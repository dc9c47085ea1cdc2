/**
 * Gates and rollback switches by key (`name.namespace`, `rollback.name.namespace`). A key that was never set is
 * closed. Rejects with `SluiceError` when the state cannot be read or written; it never assumes one.
 */
export interface GateStore {
  get(key: string): Promise<boolean>;
  /** `by` is the caller, recorded for people who read the state later. */
  set(key: string, open: boolean, by?: string): Promise<void>;
  close(): Promise<void>;
}
