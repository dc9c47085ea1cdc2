import { asRecord, asText, isRecord } from '@sluice/lib/json/json-read.ts';
import { configRevisionAnnotation, flaggerIdAnnotation } from '../rules/objects/object-keys.ts';

/** What stands in place of a secret of the target: whether the primary has it, too, or another one. */
export interface SecretWords {
  readonly same: string;
  readonly changed: string;
}

export interface ComparableTemplates {
  /** Of the primary. */
  readonly before: unknown;
  /** Of the target. */
  readonly after: unknown;
}

/**
 * The pod templates of primary and target for people who compare them. Names that the primary has its own copy of are without
 * their ending, what the controller adds is left out, and values that look like secrets are words: nobody is shown more than
 * whether they changed.
 */
export function comparableTemplates(
  primary: unknown,
  target: unknown,
  words: SecretWords,
): ComparableTemplates {
  const before = withoutEndings(withoutOwn(primary), leavesOf(target));
  const known = new Set(secretsOf(before));
  return {
    before: masked(before, () => words.same),
    after: masked(target, (value) => (known.has(value) ? words.same : words.changed)),
  };
}

const ending = '-primary';

/** Without the annotations that the controller writes to the primary's template. */
function withoutOwn(template: unknown): unknown {
  const { metadata, ...others } = asRecord(template);
  const { annotations, ...rest } = asRecord(metadata);
  const kept = Object.entries(asRecord(annotations)).filter(
    ([key]) => key !== configRevisionAnnotation && key !== flaggerIdAnnotation,
  );
  return {
    ...others,
    metadata: { ...rest, ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }) },
  };
}

/** Calls `change` with each text of a tree and the key above it. */
function mapTexts(value: unknown, change: (text: string, key: string) => string, key = ''): unknown {
  if (typeof value === 'string') return change(value, key);
  if (Array.isArray(value)) return value.map((item: unknown) => mapTexts(item, change, key));
  if (!isRecord(value)) return value;
  // An entry of `env` has its name beside its value.
  const name = asText(value['name']);
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [
      field,
      mapTexts(inner, change, field === 'value' && name !== undefined ? name : field),
    ]),
  );
}

function leavesOf(tree: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  mapTexts(tree, (text) => {
    found.add(text);
    return text;
  });
  return found;
}

const withoutEndings = (tree: unknown, known: ReadonlySet<string>): unknown =>
  mapTexts(tree, (text) => {
    const bare = text.endsWith(ending) ? text.slice(0, -ending.length) : text;
    return known.has(bare) ? bare : text;
  });

const secretKey = /secret|token|passw|credential|private|api.?key|auth/i;
const secretWord = /\/\/[^/\s]*@|(secret|token|passw\w*|key)[=:]\S/i;
/** Fields that hold names of objects, not their content. */
const harmless = /Name$|^name$|^image$/;

const isSecret = (text: string, key: string): boolean =>
  !harmless.test(key) && (secretKey.test(key) || secretWord.test(text));

function secretsOf(tree: unknown): readonly string[] {
  const found: string[] = [];
  mapTexts(tree, (text, key) => {
    if (isSecret(text, key)) found.push(text);
    return text;
  });
  return found;
}

const masked = (tree: unknown, word: (value: string) => string): unknown =>
  mapTexts(tree, (text, key) =>
    isSecret(text, key) ? /* guard: a-diff-shows-no-secret */ word(text) : text,
  );
