import { interruptKey, readKeys } from '../../read-keys.ts';

/** What the keys of a watch do. */
export interface KeyDeeds {
  readonly interrupt: () => void;
  readonly quit: () => void;
  /** Absent where the watch is not about one canary. */
  readonly approve?: (() => void) | undefined;
}

export interface WatchKeys {
  readonly foldsHooks: boolean;
  /** Lines above the picture: the keys, after `?`. */
  readonly help: readonly string[];
  /** Puts the terminal back. */
  close(): void;
}

/** Listens to the keys of a watch on a terminal. */
export function listenToKeys({ interrupt, quit, approve }: KeyDeeds): WatchKeys {
  let foldsHooks = false;
  let showsHelp = false;
  const deeds = new Map<string, () => void>([
    [interruptKey, interrupt],
    ['q', quit],
    ['h', () => (foldsHooks = !foldsHooks)],
    ['?', () => (showsHelp = !showsHelp)],
    ...(approve === undefined ? [] : [['a', approve] as const]),
  ]);
  const offersApproval = approve === undefined ? '' : '   a approve (it asks)';
  const help = `keys: q quit   h hooks${offersApproval}   ? these keys`;
  const close = readKeys((key) => deeds.get(key)?.());
  return {
    get foldsHooks() {
      return foldsHooks;
    },
    get help() {
      return showsHelp ? [help] : [];
    },
    close,
  };
}
