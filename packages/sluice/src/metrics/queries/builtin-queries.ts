/** The queries behind the built-in checks for one kind of traffic: data only, templates of rules/metrics/query-template. */
export interface BuiltinQueries {
  /** Provider strings of the routers whose traffic these measure. */
  readonly routers: readonly string[];
  readonly 'request-success-rate': BuiltinQuery;
  readonly 'request-duration': BuiltinQuery;
}

export interface BuiltinQuery {
  readonly query: string;
  /** Factor that turns the answer into percent, or milliseconds. */
  readonly scale: number;
}
