/** A connection that the egress policy refuses. `where` is the address or name that was called. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly code = 'EGRESS_DENIED';

  constructor(where: string) {
    super(
      `calls to ${where} are refused by the egress policy of the controller (-egress-deny, -egress-allow)`,
    );
  }
}
