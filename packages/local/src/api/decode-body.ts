import { mediaTypeOf, parseJson, readBytes, unsupportedMediaType } from './body.ts';
import { parseYaml } from './parse-yaml.ts';
import { decodeProtobuf } from './protobuf/decode.ts';

const accepted = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** Decodes a body of JSON, YAML or protobuf; an empty body is undefined. */
export async function decodeBody(request: Request): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.byteLength === 0) return undefined;
  const type = mediaTypeOf(request);
  switch (type) {
    case '':
    case '*/*':
    case 'application/json':
      return parseJson(bytes);
    case 'application/yaml':
      return parseYaml(bytes);
    case 'application/vnd.kubernetes.protobuf':
      return decodeProtobuf(bytes);
    default:
      throw unsupportedMediaType(type, accepted);
  }
}
