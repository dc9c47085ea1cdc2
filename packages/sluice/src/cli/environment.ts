/** Variables of the process, as commands are handed them. */
export type Environment = Readonly<Record<string, string | undefined>>;
