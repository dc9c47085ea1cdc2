export interface ImportStatement {
  /** The module as written: `./x.ts`, `node:fs`, `hono`. */
  readonly from: string;
  /** Nothing of it is there at run time. */
  readonly typeOnly: boolean;
}

/**
 * Imports, re-exports and `import()` of a file as prettier writes it: a statement begins a line, and the module
 * stands in single quotes.
 */
export function readImports(text: string): readonly ImportStatement[] {
  const statements = text.matchAll(/^(?:import|export)\s([^'"`;]*?\bfrom\s*)?'([^'\n]+)'/gm);
  const calls = text.matchAll(/\bimport\(\s*'([^'\n]+)'/g);
  return [
    ...[...statements].map((match) => ({ from: match[2] ?? '', typeOnly: isTypeOnly(match[1] ?? '') })),
    ...[...calls].map((match) => ({ from: match[1] ?? '', typeOnly: false })),
  ];
}

/** `type { A }`, or `{ type A, type B }`. */
function isTypeOnly(clause: string): boolean {
  if (/^type\s/.test(clause)) return true;
  const names = /\{([^}]*)\}/.exec(clause)?.[1]?.split(',') ?? [];
  const written = names.map((name) => name.trim()).filter((name) => name !== '');
  return written.length > 0 && written.every((name) => name.startsWith('type '));
}
