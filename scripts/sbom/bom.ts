/** The part of a CycloneDX document, as `npm sbom` writes it, that is read here. */
export interface Bom {
  readonly serialNumber?: string;
  readonly metadata: {
    readonly timestamp?: string;
    readonly component: Component;
    readonly [name: string]: unknown;
  };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly [name: string]: unknown;
}

export interface Component {
  /** `name@version`. */
  readonly 'bom-ref': string;
  readonly name: string;
  readonly [name: string]: unknown;
}

/**
 * The document with only those components that `shipped` names (`name@version`), and the dependencies among them.
 * It has neither time nor serial number: the same sources give the same bytes.
 *
 * @throws Error when `bom` lacks a shipped package.
 */
export function keepShipped(bom: Bom, shipped: ReadonlySet<string>): Bom {
  const { serialNumber: _serial, metadata, components, dependencies, ...rest } = bom;
  const { timestamp: _timestamp, component, ...facts } = metadata;
  const missing = shipped.difference(new Set(components.map((each) => each['bom-ref'])));
  if (missing.size > 0)
    throw new Error(`npm sbom does not list ${[...missing].join(', ')}; run "npm ci" and try again`);
  const root = component['bom-ref'];
  return {
    ...rest,
    // npm calls the root by its folder.
    metadata: { ...facts, component: { ...component, name: root.slice(0, root.lastIndexOf('@')) } },
    components: components.filter((each) => shipped.has(each['bom-ref'])),
    dependencies: dependencies
      .filter(({ ref }) => ref === root || shipped.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => shipped.has(each)) })),
  };
}
