/** Files that import one another, directly or through others: each group is one cycle, its files sorted. */
export function findCycles(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];

  // Tarjan's algorithm, without recursion: chains of imports are long.
  const visit = (start: string): void => {
    const work: { readonly file: string; next: number }[] = [{ file: start, next: 0 }];
    enter(start);
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const { file } = frame;
      const to = imports.get(file)?.[frame.next];
      frame.next += 1;
      if (to === undefined) {
        work.pop();
        leave(file, work.at(-1)?.file);
      } else if (!index.has(to)) {
        enter(to);
        work.push({ file: to, next: 0 });
      } else if (stack.includes(to)) lower(file, index.get(to) ?? 0);
    }
  };
  const enter = (file: string): void => {
    lowest.set(file, index.size);
    index.set(file, index.size);
    stack.push(file);
  };
  const lower = (file: string, to: number): void =>
    void lowest.set(file, Math.min(lowest.get(file) ?? 0, to));
  const leave = (file: string, parent: string | undefined): void => {
    if (parent !== undefined) lower(parent, lowest.get(file) ?? 0);
    if (lowest.get(file) !== index.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) found.push(group.toSorted());
  };

  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return found;
}
