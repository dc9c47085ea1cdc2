import * as models from '@kubernetes/client-node';
import { builtInKinds } from '@sluice/local/store/built-in-kinds.ts';
import { modelName } from '@sluice/local/store/schema/built-in-schemas.ts';

export type ModelFields = Record<string, Record<string, string>>;

/** The fields of every model that the local cluster's built-in kinds are made of: name, type and `|format`. */
export function modelFields(): ModelFields {
  const found: ModelFields = {};
  const visit = (name: string): void => {
    const attributes = attributesOf(name);
    if (attributes === undefined || found[name] !== undefined) return;
    const fields: Record<string, string> = {};
    found[name] = fields;
    for (const { baseName, type, format } of attributes) {
      fields[baseName] = format === '' ? type : `${type}|${format}`;
      for (const word of type.match(/\w+/g) ?? []) visit(word);
    }
  };
  for (const kind of builtInKinds) visit(modelName(kind.resource));
  visit('V1ObjectMeta');
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

function attributesOf(name: string): readonly Attribute[] | undefined {
  const model: unknown = Reflect.get(models, name);
  if (typeof model !== 'function') return undefined;
  const list: unknown = Reflect.get(model, 'attributeTypeMap');
  return Array.isArray(list) ? (list as readonly Attribute[]) : undefined;
}
