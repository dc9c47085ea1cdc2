import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { hashJson } from '@sluice/lib/json/canonical-json.ts';
import { asRecord, asTextMap } from '@sluice/lib/json/json-read.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Labels, SideSelectors } from '../ports/workload.ts';
import { keyOf } from '../rules/objects/names.ts';
import { isToolkitKey } from '../rules/objects/object-keys.ts';

/** The label whose value differs between the target and its primary. */
export interface SideLabel {
  readonly key: string;
  readonly canaryValue: string;
  readonly primaryValue: string;
}

/**
 * The selectors of the two sides. A selector cannot be changed, so an existing primary keeps its own, whatever
 * `-selector-labels` is by now. A new primary keeps the other labels of the target's selector: two releases of one
 * chart differ in those alone.
 */
export function sideSelectors(
  target: AnyKubeObject,
  primary: AnyKubeObject | undefined,
  selectorLabels: readonly string[],
): SideSelectors {
  const canary = matchLabelsOf(target);
  const { key, primaryValue } = sideLabel(target, primary, selectorLabels);
  const own = primary && matchLabelsOf(primary);
  const isOwn = own !== undefined && Object.keys(own).length > 0;
  return { key, canary, primary: isOwn ? own : { ...withoutToolkit(canary), [key]: primaryValue } };
}

export function sideLabel(
  target: AnyKubeObject,
  primary: AnyKubeObject | undefined,
  selectorLabels: readonly string[],
): SideLabel {
  const canary = matchLabelsOf(target);
  const standing = Object.entries(primary === undefined ? {} : matchLabelsOf(primary)).find(
    ([key, value]) => Object.hasOwn(canary, key) && canary[key] !== value,
  );
  if (standing !== undefined) {
    const [key, primaryValue] = standing;
    return { key, canaryValue: canary[key] ?? '', primaryValue };
  }
  const key = selectorLabels.find((label) => Object.hasOwn(canary, label));
  const value = key === undefined ? undefined : canary[key];
  if (key !== undefined && value !== undefined)
    return { key, canaryValue: value, primaryValue: primaryLabelValue(value) };
  throw new SluiceError(
    `${target.kind} ${keyOf(target)}: spec.selector.matchLabels has none of the labels ` +
      `${selectorLabels.join(', ')}; use one of them, or name yours with -selector-labels`,
  );
}

export function matchLabelsOf(workload: AnyKubeObject): Labels {
  return asTextMap(asRecord(asRecord(workload['spec'])['selector'])['matchLabels']);
}

const withoutToolkit = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !isToolkitKey(key)));

const longestLabel = 63;
const suffix = '-primary';

/** `VALUE-primary`, as Flagger's. A value too long for a label is cut, and gets a hash of the whole to be unique. */
export function primaryLabelValue(value: string): string {
  if (value.length + suffix.length <= longestLabel) return `${value}${suffix}`;
  const hash = hashJson(value).slice('v1:'.length, 'v1:'.length + 6);
  const kept = value.slice(0, longestLabel - suffix.length - hash.length - 1);
  return `${kept}-${hash}${suffix}`;
}
