/**
 * Kubernetes' rules for names (k8s.io/apimachinery/pkg/util/validation, 1.36), in its words. Each returns what is wrong
 * with a value; empty when it is valid. Lengths count bytes, as in Go.
 */
export type NameRule = (value: string) => readonly string[];

const labelFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const label1035Format = '[a-z]([-a-z0-9]*[a-z0-9])?';
const subdomainFormat = String.raw`${labelFormat}(\.${labelFormat})*`;
const keyFormat = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const valueFormat = `(${keyFormat})?`;
const configKeyFormat = '[-._a-zA-Z0-9]+';
const headerFormat = '[-A-Za-z0-9]+';
const wildcardFormat = String.raw`\*\.${subdomainFormat}`;

/** Matches the whole value; unlike in Go, `$` alone would do, but both ends stay visible. */
const whole = (format: string): RegExp => new RegExp(`^${format}$`);

const label = whole(labelFormat);
const label1035 = whole(label1035Format);
const subdomain = whole(subdomainFormat);
const key = whole(keyFormat);
const value = whole(valueFormat);
const configKey = whole(configKeyFormat);
const header = whole(headerFormat);
const wildcard = whole(wildcardFormat);

const explain = (message: string, format: string, ...examples: readonly string[]): string => {
  const shown = examples.map((example) => `'${example}'`).join(',  or ');
  return `${message} (${shown === '' ? '' : `e.g. ${shown}, `}regex used for validation is '${format}')`;
};

/** The unit is the word of each rule; both count bytes. */
const tooLong = (text: string, most: number, unit = 'characters'): readonly string[] =>
  Buffer.byteLength(text) > most ? [`must be no more than ${most} ${unit}`] : [];

export const dnsLabel: NameRule = (text) => {
  const long = tooLong(text, 63);
  if (label.test(text)) return long;
  // A subdomain that is no label can only have dots too many.
  if (subdomain.test(text)) return [...long, 'must not contain dots'];
  const message =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...long, explain(message, labelFormat, 'my-name', '123-abc')];
};

export const dnsSubdomain: NameRule = (text) => {
  const long = tooLong(text, 253);
  if (subdomain.test(text)) return long;
  const message =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [...long, explain(message, subdomainFormat, 'example.com')];
};

/** Names that become part of a URL or a kind: plural, singular and short names of a CustomResourceDefinition. */
export const dns1035Label: NameRule = (text) => {
  const long = tooLong(text, 63);
  if (label1035.test(text)) return long;
  const message =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...long, explain(message, label1035Format, 'my-name', 'abc-123')];
};

/** `*.example.com`, as a host of an Ingress. */
export const wildcardSubdomain: NameRule = (text) => {
  const long = tooLong(text, 253);
  if (wildcard.test(text)) return long;
  const message =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  return [...long, explain(message, wildcardFormat, '*.example.com')];
};

/** Names of roles and bindings may be any segment of a URL's path. */
export const pathSegment: NameRule = (text) => {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((part) => text.includes(part)).map((part) => `may not contain '${part}'`);
};

const partRule =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const explainKey = (subject: string): string =>
  explain(`${subject} ${partRule}`, keyFormat, 'MyName', 'my.name', '123-abc');

/** The key of a label: `name`, or `prefix/name`. */
export const qualifiedName: NameRule = (text) => {
  const parts = text.split('/');
  if (parts.length > 2) {
    const optional = " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`${explainKey('a valid label key')}${optional}`];
  }
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? prefixFaults(parts[0] ?? '') : [];
  const size = name === '' ? ['must be non-empty'] : tooLong(name, 63, 'bytes');
  return [
    ...prefix,
    ...size.map((fault) => `name part ${fault}`),
    ...(key.test(name) ? [] : [explainKey('name part')]),
  ];
};

const prefixFaults = (prefix: string): readonly string[] =>
  (prefix === '' ? ['must be non-empty'] : dnsSubdomain(prefix)).map((fault) => `prefix part ${fault}`);

export const labelValue: NameRule = (text) => {
  const long = tooLong(text, 63, 'bytes');
  if (value.test(text)) return long;
  const message =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  return [...long, explain(message, valueFormat, 'MyValue', 'my_value', '12345')];
};

/** IANA_SVC_NAME, for ports of containers. */
export const portName: NameRule = (text) => [
  ...tooLong(text, 15),
  ...(/^[-a-z0-9]+$/.test(text)
    ? []
    : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(text) ? [] : ['must contain at least one letter (a-z)']),
  ...(text.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(/^-|-$/.test(text) ? ['must not begin or end with a hyphen'] : []),
];

/** Any printable ASCII but `=`, since Kubernetes 1.34. */
export const variableName: NameRule = (text) => {
  if (text === '') return ['environment variable name must be non-empty'];
  return /^[\x20-\x3c\x3e-\x7e]+$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
};

/** A key of a ConfigMap or Secret, which becomes the name of a file. */
export const dataKey: NameRule = (text) => {
  const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
  return [
    ...tooLong(text, 253),
    ...(configKey.test(text) ? [] : [explain(message, configKeyFormat, 'key.name', 'KEY_NAME', 'key-name')]),
    ...dots(text),
  ];
};

function dots(text: string): readonly string[] {
  if (text === '.' || text === '..') return [`must not be '${text}'`];
  return text.startsWith('..') ? ["must not start with '..'"] : [];
}

export const headerName: NameRule = (text) =>
  header.test(text)
    ? []
    : [
        explain(
          "a valid HTTP header must consist of alphanumeric characters or '-'",
          headerFormat,
          'X-Header-Name',
        ),
      ];

/** A path that stays within its volume, such as a `subPath`. */
export const descendingPath: NameRule = (text) => [
  ...(text.startsWith('/') ? ['must be a relative path'] : []),
  ...noBacksteps(text),
];

export const noBacksteps: NameRule = (text) =>
  text.split('/').includes('..') ? ["must not contain '..'"] : [];

/** A file that a volume's items name: names that begin with `..` are the kubelet's own. */
export const itemPath: NameRule = (text) => [
  ...descendingPath(text),
  ...(text.startsWith('..') && !text.startsWith('../') ? ["must not start with '..'"] : []),
];
