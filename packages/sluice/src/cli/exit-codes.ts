/** What commands that speak to a cluster end with; `controller`, `tester` and `local` know 0, 1 and 2. */
export const exitCodes = {
  done: 0,
  /** API, network, a defect of ours. */
  failed: 1,
  usage: 2,
  /** A person should look first. */
  needsPerson: 5,
  notFound: 6,
  /** By the API server's access rules, or because it makes no sense now. */
  refused: 7,
  /** Recorded; what comes of it is not known yet. */
  stillRunning: 8,
  /** Stopped as far as that goes, but what ran before is not known: it is for a person to put back. */
  notRolledBack: 9,
} as const;
