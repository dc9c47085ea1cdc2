import type { ConsoleContext } from '../console-env.ts';

/** Value of a field; '' when it is missing or a file. */
export type Form = (name: string) => string;

/** The fields of a form. The body limit of the app bounds it. */
export async function readForm(context: ConsoleContext): Promise<Form> {
  const type = context.req.header('content-type') ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) return () => '';
  const fields = new URLSearchParams(await context.req.text());
  return (name) => fields.get(name) ?? '';
}
