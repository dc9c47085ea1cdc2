/** Exit codes of commands that use a cluster; `controller`, `tester` and `local` use 0, 1 and 2. */
export const exitCodes = {
  done: 0,
  /** API, network, a defect of ours. */
  failed: 1,
  usage: 2,
  /** Asked, and the answer is no: a rollout failed or was rolled back, a file has errors. */
  answeredNo: 3,
  /** `--timeout` ran out. */
  timedOut: 4,
  /** A person should look first. */
  needsPerson: 5,
  notFound: 6,
  /** Refused by the API server's access rules, or not possible now. */
  refused: 7,
  /** Recorded; the result is not known yet. */
  stillRunning: 8,
  /** Stopped if still possible, but the previous version is not known: a person must restore it. */
  notRolledBack: 9,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
