/**
 * The most that a text, list or map of users may hold, in the CRDs and again when a stored object is read: an older
 * CRD, or Flagger's, has no bounds. Texts count characters, as the API server does. One Canary at all its bounds costs
 * a pass some milliseconds; without them it could hold the process, and with it every other Canary.
 */
export const bounds = {
  /** Any text without a bound of its own. */
  text: 1024,
  /** Names of objects (Kubernetes), of webhooks and metrics: these are repeated in the status. */
  name: 253,
  namespace: 63,
  /** `GROUP/VERSION`: a subdomain, a slash, a label. */
  apiVersion: 253 + 1 + 63,
  duration: 64,
  url: 2 * 1024,
  /** A value to compare or to set: of a header, a path, a variable of a query. */
  value: 4 * 1024,
  query: 16 * 1024,
  /** A value of an annotation, or of a webhook's metadata, which may be a shell command. */
  longValue: 16 * 1024,
  /** A key of any map. */
  key: 1024,
  /** Items of a list without a bound of its own. */
  items: 256,
  /** Entries of a map without a bound of its own. */
  entries: 256,
  /** Webhooks, metrics and alerts of a Canary. */
  parts: 64,
  /** Entries of a webhook's metadata, a metric's variables, a scaler's queries. */
  partEntries: 64,
} as const;

/** Characters of a whole spec as JSON: all parts at their bounds would be more than an object can hold. */
export const longestSpec = 256 * 1024;

/** Fields, entries and items of a whole spec: each costs some microseconds when the schema is checked. */
export const mostValues = 8 * 1024;

/** Characters of a query with its variables filled in. */
export const longestRenderedQuery = 64 * 1024;
