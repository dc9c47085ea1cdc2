/** Environment variables of the process, as commands get them. */
export type Environment = Readonly<Record<string, string | undefined>>;
