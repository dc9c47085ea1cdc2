import * as Type from 'typebox';
import type { Static } from 'typebox';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { isRecord } from '@sluice/lib/json/json-read.ts';
import { nearest } from '@sluice/lib/text/nearest.ts';
import { parseGoDuration } from '@sluice/lib/time/duration.ts';
import { bounds } from '../api/bounds.ts';
import { describeProblem, joinField } from '../api/field-problem.ts';
import { createSchemaCheck } from '../api/schema-problems.ts';
import { flag, list, map, text, url } from '../api/schema-parts.ts';

const secretFrom = (description: string) =>
  Type.Object(
    {
      file: Type.Optional(text('Path of a file with nothing but the secret.')),
      env: Type.Optional(text('Name of an environment variable with the secret.')),
    },
    { description },
  );

const userSchema = Type.Object({
  user: Type.String({
    minLength: 1,
    maxLength: bounds.name,
    // An HTTP header carries it.
    pattern: '^[!-~]([ -~]*[!-~])?$',
    description: 'Name of the user, as Kubernetes knows it.',
    allowed: 'a name of printable ASCII characters',
  }),
  groups: Type.Optional(
    list(
      Type.String({
        minLength: 1,
        maxLength: bounds.name,
        // The annotation of a decision lists groups with commas between them.
        pattern: '^[!-+.-~-]([ -+.-~-]*[!-+.-~-])?$',
        allowed: 'a name of printable ASCII characters without a comma',
      }),
      'Groups that the user has here.',
      { entries: bounds.parts },
    ),
  ),
});

const usersOf = (description: string) => Type.Optional(map(userSchema, description, { entries: 5_000 }));

const configSchema = Type.Object({
  console: Type.Optional(url('URL of the console, for links to /gates/ID.')),
  namespaces: Type.Optional(
    list(text('Namespace.'), 'Namespaces whose Canaries are announced; default all.'),
  ),
  allowedHosts: Type.Optional(list(text('Host name.'), 'Host names of the Ingress by which the chats call.')),
  impersonate: Type.Optional(flag('Whether decisions are written in the name of the user; default true.')),
  buttonsLast: Type.Optional(text('Time after which a button does nothing; default 24h.')),
  slack: Type.Optional(
    Type.Object({
      channel: text('Id of the channel, such as C0123ABCD.'),
      tokenFrom: secretFrom('Bot token, xoxb-...'),
      signingSecretFrom: secretFrom('Signing secret of the app.'),
      apiUrl: Type.Optional(url('Default https://slack.com/api.')),
    }),
  ),
  telegram: Type.Optional(
    Type.Object({
      chat: text('Id of the chat, such as "-1001234567890".'),
      tokenFrom: secretFrom('Token of the bot.'),
      secretTokenFrom: secretFrom('secret_token of setWebhook.'),
      apiUrl: Type.Optional(url('Default https://api.telegram.org.')),
    }),
  ),
  teams: Type.Optional(Type.Object({ urlFrom: secretFrom('URL of the workflow.') })),
  link: Type.Optional(Type.Object({ urlFrom: secretFrom('URL that gets the message as JSON.') })),
  users: Type.Optional(
    Type.Object({
      slack: usersOf('Kubernetes users by id of the Slack user, U0123ABCD.'),
      telegram: usersOf('Kubernetes users by id of the Telegram user, a number in quotes.'),
    }),
  ),
});

export type ChatConfig = Static<typeof configSchema>;
export type SecretFrom = Static<ReturnType<typeof secretFrom>>;

const check = createSchemaCheck(configSchema);

/** Checks a configuration as it was read from YAML. Throws `SluiceError` that names every field that is wrong. */
export function parseChatConfig(value: unknown): ChatConfig {
  const config: unknown = value ?? {};
  const problems = [
    ...unknownFields(configSchema, config, ''),
    ...check
      .problems(config, '')
      .map((problem) => describeProblem({ ...problem, field: problem.field || 'the file' })),
  ];
  if (problems.length === 0) problems.push(...furtherProblems(config as ChatConfig));
  if (problems.length > 0) throw new SluiceError(problems.join('\n'));
  return config as ChatConfig;
}

/** Milliseconds after which a button does nothing. */
export const buttonsLastMs = ({ buttonsLast = '24h' }: ChatConfig): number => parseGoDuration(buttonsLast);

/** A misspelt field would otherwise be dropped without a word. */
function unknownFields(schema: unknown, value: unknown, path: string): readonly string[] {
  if (!isRecord(schema) || !isRecord(value)) return [];
  const { properties, patternProperties } = schema;
  if (isRecord(patternProperties)) {
    const [each] = Object.values(patternProperties);
    return Object.entries(value).flatMap(([name, item]) => unknownFields(each, item, joinField(path, name)));
  }
  if (!isRecord(properties)) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const field = joinField(path, name);
    if (Object.hasOwn(properties, name)) return unknownFields(properties[name], item, field);
    const meant = nearest(name, Object.keys(properties));
    return [`${field} is unknown${meant === undefined ? '' : `; did you mean ${meant}?`}`];
  });
}

const chatNames = ['slack', 'telegram', 'teams', 'link'] as const;

/** What the schema cannot say. */
function furtherProblems(config: ChatConfig): readonly string[] {
  const secrets = {
    'slack.tokenFrom': config.slack?.tokenFrom,
    'slack.signingSecretFrom': config.slack?.signingSecretFrom,
    'telegram.tokenFrom': config.telegram?.tokenFrom,
    'telegram.secretTokenFrom': config.telegram?.secretTokenFrom,
    'teams.urlFrom': config.teams?.urlFrom,
    'link.urlFrom': config.link?.urlFrom,
  };
  const console = config.console === undefined ? undefined : URL.parse(config.console);
  return [
    ...(chatNames.some((name) => config[name] !== undefined) ? [] : [`name a chat: ${chatNames.join(', ')}`]),
    ...Object.entries(secrets).flatMap(([field, from]) =>
      from === undefined || (from.file === undefined) !== (from.env === undefined)
        ? []
        : [`${field}: write either file or env`],
    ),
    ...(console === null || (console !== undefined && !/^https?:$/.test(console.protocol))
      ? ['console: write a URL such as https://sluice.example.com']
      : []),
    ...durationProblems(config),
    ...userProblems(config),
  ];
}

function durationProblems(config: ChatConfig): readonly string[] {
  try {
    if (buttonsLastMs(config) >= 60_000) return [];
  } catch {
    // Said below.
  }
  return ['buttonsLast: write a duration of at least 1m, such as 24h'];
}

/** A chat account must not become a part of Kubernetes itself, such as `system:masters`. */
const userProblems = ({ users = {} }: ChatConfig): readonly string[] =>
  Object.entries(users).flatMap(([chat, mapped]) =>
    Object.entries(mapped).flatMap(([id, { user, groups = [] }]) =>
      [user, ...groups].some((name) => name.startsWith('system:'))
        ? /* guard: no-chat-user-becomes-the-system */ [
            `users.${chat}[${id}]: names that begin with system: belong to Kubernetes`,
          ]
        : [],
    ),
  );
