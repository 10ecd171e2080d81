/**
 * Groups and labels of clusters (spec/curation.md 1.7). Immutable: setting a value copies one field, never the others. Values of deleted
 * clusters are kept, so that undo finds them as they were (BUG-4, BUG-5). A missing value and null are the same.
 */
import type { Metadata, MetadataValue } from '../dataset/dataset.ts';

/** Values of some clusters in one field. */
export type Values = readonly (readonly [clusterId: number, value: MetadataValue])[];

/** Takes over loaded metadata: drops nulls and makes sure that `group` exists. The order of fields is kept. */
export function createMetadata(loaded: Metadata): Metadata {
  const fields = new Map<string, ReadonlyMap<number, MetadataValue>>();
  for (const [field, values] of loaded) {
    fields.set(field, new Map([...values].filter(([, value]) => value !== null)));
  }
  if (!fields.has('group')) fields.set('group', new Map());
  return fields;
}

/** The value, or null. */
export function metadataValue(metadata: Metadata, field: string, clusterId: number): MetadataValue {
  return metadata.get(field)?.get(clusterId) ?? null;
}

/** Present values of the clusters, null where there is none. */
export function valuesOf(metadata: Metadata, field: string, clusterIds: readonly number[]): Values {
  return clusterIds.map((id) => [id, metadataValue(metadata, field, id)] as const);
}

/** Metadata with these values in one field (null removes); a new field is added last. */
export function withValues(metadata: Metadata, field: string, values: Values): Metadata {
  const changed = new Map(metadata.get(field));
  for (const [id, value] of values) {
    if (value === null) changed.delete(id);
    else changed.set(id, value);
  }
  return new Map(metadata).set(field, changed);
}

/**
 * What new clusters inherit, for each field on its own (spec 1.7): nothing when no parent has a value; the value when there is only one;
 * otherwise that of the largest parent, even when it has none. New clusters that already have a value keep it.
 */
export function inherit(
  metadata: Metadata,
  parents: Iterable<number>,
  children: Iterable<number>,
  largestParent: number,
): Metadata {
  const old = [...parents];
  const born = [...children];
  let result = metadata;
  for (const field of metadata.keys()) {
    const value = inheritedValue(metadata, field, old, largestParent);
    if (value === null) continue;
    const open = born.filter((id) => metadataValue(metadata, field, id) === null);
    if (open.length > 0)
      result = withValues(
        result,
        field,
        open.map((id) => [id, value] as const),
      );
  }
  return result;
}

function inheritedValue(metadata: Metadata, field: string, parents: number[], largestParent: number): MetadataValue {
  const distinct = new Set<MetadataValue>();
  for (const id of parents) {
    const value = metadataValue(metadata, field, id);
    if (value !== null) distinct.add(value);
  }
  if (distinct.size > 1) return metadataValue(metadata, field, largestParent);
  const [only] = distinct;
  return only ?? null;
}
