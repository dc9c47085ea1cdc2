/**
 * Milliseconds of CPU time that this thread has used. A machine that stood still, or a container that was throttled,
 * takes nothing: what is slow because of others is nobody's fault.
 */
export function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
