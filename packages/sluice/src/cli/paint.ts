const colours: Readonly<Record<string, number>> = { '✔': 32, '✖': 31, '↩': 31, '▶': 34, '◷': 33, '!': 33 };

/** Colours the icons; each stands beside a word that says the same. */
export const paint = (line: string): string =>
  line.replace(/(?<=^|[\s│])[✔✖↩▶◷!](?= )/gu, (icon) => `\u001b[${colours[icon]}m${icon}\u001b[0m`);

/** Whether NO_COLOR is unset or empty, as its convention defines. */
export const wantsColour = (env: Readonly<Record<string, string | undefined>>): boolean =>
  (env['NO_COLOR'] ?? '') === '';
