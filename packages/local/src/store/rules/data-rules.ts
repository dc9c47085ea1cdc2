import { objectAt, textAt, type JsonObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';
import { bad, faultsOf, tooBig } from './cause.ts';
import { dataKey } from './names.ts';

/** Bytes of all values of a ConfigMap or Secret. */
const mostData = 1024 * 1024;

/** ConfigMaps and Secrets: their keys become names of files and variables. Values never appear in a cause. */
export function dataCauses(object: JsonObject): StatusCause[] {
  const data = objectAt(object, 'data');
  const binary = objectAt(object, 'binaryData');
  const causes = [
    ...Object.keys(data).flatMap((key) => [
      ...faultsOf(`data[${key}]`, key, dataKey),
      ...(Object.hasOwn(binary, key)
        ? [bad(`data[${key}]`, key, 'duplicate of key present in binaryData')]
        : []),
    ]),
    ...Object.keys(binary).flatMap((key) => faultsOf(`binaryData[${key}]`, key, dataKey)),
  ];
  const isSecret = textAt(object, 'kind') === 'Secret';
  const size = sizeOf(data, isSecret) + sizeOf(binary, true);
  return size > mostData ? [...causes, tooBig(isSecret ? 'data' : '[]', mostData)] : causes;
}

const sizeOf = (values: JsonObject, inBase64: boolean): number =>
  Object.values(values).reduce<number>(
    (sum, value) => sum + Buffer.byteLength(String(value), inBase64 ? 'base64' : 'utf8'),
    0,
  );
