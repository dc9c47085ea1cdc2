import type { AnyKubeObject } from '../objects/kube-object.ts';

/** Names of objects by the value of one label, in each namespace. Without a label it stays empty. */
export interface LabelIndex {
  add(object: AnyKubeObject): void;
  /** Pass the object that was added: its labels give the key of its entry. */
  remove(object: AnyKubeObject): void;
  names(namespace: string, value: string): Iterable<string>;
  clear(): void;
}

export function createLabelIndex(label: string | undefined): LabelIndex {
  const namesByValue = new Map<string, Set<string>>();

  const keyOf = ({ metadata: { namespace = '', labels } }: AnyKubeObject): string | undefined => {
    const value = label === undefined ? undefined : labels?.[label];
    return value === undefined ? undefined : `${namespace}/${value}`;
  };

  return {
    add(object) {
      const key = keyOf(object);
      if (key === undefined) return;
      namesByValue.set(key, (namesByValue.get(key) ?? new Set()).add(object.metadata.name));
    },
    remove(object) {
      const key = keyOf(object);
      if (key === undefined) return;
      const names = namesByValue.get(key);
      names?.delete(object.metadata.name);
      if (names?.size === 0) namesByValue.delete(key);
    },
    names: (namespace, value) => namesByValue.get(`${namespace}/${value}`) ?? [],
    clear: () => namesByValue.clear(),
  };
}
