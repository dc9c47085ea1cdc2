/** Largest change of speed, as a fraction, while the time catches up with the wall clock. */
const slewRate = 0.1;

export interface TimeSources {
  /** Milliseconds since the epoch; may jump. */
  readonly wall: () => number;
  /** Milliseconds since any moment; never jumps. */
  readonly steady: () => number;
}

/**
 * Milliseconds since the epoch that only go forward, and evenly: when somebody sets the machine's clock, an interval of
 * an analysis neither ends at once nor lasts for hours. The time corrects a difference at a tenth faster or slower.
 */
export function createSteadyTime({ wall, steady }: TimeSources): () => number {
  let time = wall();
  let readAt = steady();
  return () => {
    const now = steady();
    const elapsed = now - readAt;
    const behind = wall() - (time + elapsed);
    const most = elapsed * slewRate;
    time += elapsed + Math.max(-most, Math.min(most, behind));
    readAt = now;
    return Math.trunc(time);
  };
}
