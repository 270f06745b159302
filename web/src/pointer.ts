/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export function tokens(pointer: string): string[] {
  return pointer === "" ? [] : pointer.slice(1).split("/").map((t) => t.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function join(pointer: string, token: string | number): string {
  return `${pointer}/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The value at a JSON pointer; undefined where there is none. */
export function get(doc: Json | undefined, pointer: string): Json | undefined {
  let at: Json | undefined = doc;
  for (const t of tokens(pointer)) {
    if (at === null || typeof at !== "object") return undefined;
    at = Array.isArray(at) ? at[Number(t)] : at[t];
  }
  return at;
}

/** doc with another value at a pointer; undefined takes the member out. What lies on the way is made where it is missing. */
export function set(doc: Json | undefined, pointer: string, value: Json | undefined): Json {
  const [first, ...rest] = tokens(pointer);
  if (first === undefined) return value ?? null;
  const inner = rest.reduce((p, t) => join(p, t), "");
  if (Array.isArray(doc)) {
    const copy = [...doc];
    if (rest.length === 0 && value === undefined) copy.splice(Number(first), 1);
    else copy[Number(first)] = set(copy[Number(first)], inner, value);
    return copy;
  }
  const copy: { [name: string]: Json } = { ...(doc !== null && typeof doc === "object" ? doc : {}) };
  if (rest.length === 0 && value === undefined) delete copy[first];
  else copy[first] = set(copy[first], inner, value);
  return copy;
}

/** Whether two values are the same JSON. What they share is not looked into. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((n) => n in b && same((a as Members)[n], (b as Members)[n]));
}

type Members = { [name: string]: Json };
