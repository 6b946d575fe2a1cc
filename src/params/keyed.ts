/** Records and maps that are filled key by key. */

/** Returns true for a JSON object: neither null nor a list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns a JSON object as it is, and an empty object for any other value. */
export const asRecord = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

/** Returns the value of a record's own key; undefined for a missing or inherited key. */
export const ownValue = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** Returns the value at a path of keys and indices in JSON; undefined if there is none. */
export const valueAt = (json: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (Array.isArray(at) ? at[Number(key)] : asRecord(at)[String(key)]), json);

/** Returns a record with a value for each of some keys. */
export const keyed = <K extends string, V>(keys: readonly K[], of: (key: K, k: number) => V): Record<K, V> =>
  Object.fromEntries(keys.map((key, k) => [key, of(key, k)])) as Record<K, V>;

/** Returns the keys of a record with their type; the record must have no other keys. */
export const keysOf = <K extends string>(record: Readonly<Partial<Record<K, unknown>>>): K[] => Object.keys(record) as K[];

/** Returns a record with every value changed. */
export const mapValues = <K extends string, V, W>(record: Readonly<Record<K, V>>, change: (value: V) => W): Record<K, W> =>
  keyed(keysOf(record), (key) => change(record[key]));

/** Returns the value of a key; if the map has none, makes it and stores it. */
export function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** Counts how often each item occurs. */
export function countsOf<T>(items: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** Returns the items of a list at the given indices. */
export const itemsAt = <T>(items: ArrayLike<T>, places: Iterable<number>): T[] =>
  Array.from(places, (place) => {
    const item = items[place];
    if (item === undefined) throw new Error(`internal: a list of ${items.length} has no item ${place}`);
    return item;
  });
