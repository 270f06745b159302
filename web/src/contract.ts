import { get, join, type Json } from "./pointer";

/** As much of JSON Schema as the contract's requests use. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: string[];
  pattern?: string;
  description?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  prefixItems?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** What is wrong with a member: a code of the contract's and its bounds. */
export interface LocalFault {
  pointer: string;
  code: "required" | "unknown_field" | "wrong_type" | "unknown_value" | "bad_form" | "bad_number" | "bad_date" | "out_of_range" | "too_long" | "too_many";
  detail: string;
}

/** The contract as the server tells it: the one source of what a field may hold. */
export class Contract {
  // A portfolio of thousands is checked at every key: what is known of a schema or of a part that has not changed is kept.
  private readonly resolved = new WeakMap<Schema, Schema>();
  private readonly schemas = new Map<string, Schema>();
  private readonly checked = new WeakMap<object, { at: string; schema: Schema; faults: LocalFault[] }>();

  constructor(private readonly doc: Json) {}

  static async load(): Promise<Contract> {
    const response = await fetch("/openapi.json");
    if (!response.ok) throw new Error(`contract: ${response.status}`);
    return new Contract((await response.json()) as Json);
  }

  readonly request: Schema = { $ref: "#/components/schemas/RecommendationRequest" };

  /** The schema without references; alternatives with null become the other one, plain types one schema of them all. */
  resolve(s: Schema): Schema {
    const known = this.resolved.get(s) ?? this.withoutReferences(s);
    this.resolved.set(s, known);
    return known;
  }

  private withoutReferences(s: Schema): Schema {
    if (s.$ref) return this.resolve(get(this.doc, s.$ref.slice(1)) as unknown as Schema);
    if (s.oneOf?.every((o) => typeof o.type === "string")) {
      const { oneOf, description, ...rest } = s; // it tells programmers how a decimal is written
      return { ...Object.assign({}, ...oneOf), ...rest, type: oneOf.map((o) => String(o.type)) };
    }
    const part = s.allOf?.[0] ?? s.oneOf?.find((o) => o.type !== "null");
    if (!part) return s;
    const inner = this.resolve(part);
    return { ...inner, description: s.description ?? inner.description ?? "" };
  }

  /** The schema of what stands at a pointer into a request. */
  at(pointer: string): Schema {
    const any = pointer.replace(/\/[0-9]+(?=\/|$)/g, "/0"); // the items of a list have one schema
    const known = this.schemas.get(any) ?? this.find(any);
    this.schemas.set(any, known);
    return known;
  }

  private find(pointer: string): Schema {
    let s = this.resolve(this.request);
    for (const t of pointer.split("/").slice(1)) {
      const next = s.properties?.[t] ?? s.items ?? (typeof s.additionalProperties === "object" ? s.additionalProperties : undefined);
      if (!next) return {};
      s = this.resolve(next);
    }
    return s;
  }

  /** The faults of a request that need no knowledge of the domain. */
  check(value: Json | undefined, schema: Schema = this.request, at = ""): LocalFault[] {
    const s = this.resolve(schema);
    if (value === null && nullable(schema, this)) return [];
    if (value === null || value === undefined) return [{ pointer: at, code: "required", detail: "" }];
    const kind = Array.isArray(value) ? "array" : typeof value;
    if (!kinds(s).includes(kind)) return [{ pointer: at, code: "wrong_type", detail: kinds(s).join(", ") }];
    if (Array.isArray(value)) return this.checkList(value, s, at);
    return typeof value === "object" ? this.checkObject(value, s, at) : checkScalar(value, s, at);
  }

  private checkList(list: Json[], s: Schema, at: string): LocalFault[] {
    if (s.maxItems !== undefined && list.length > s.maxItems) return [{ pointer: at, code: "too_many", detail: String(s.maxItems) }];
    return list.flatMap((v, i) => this.check(v, s.prefixItems?.[i] ?? s.items ?? {}, join(at, i)));
  }

  private checkObject(o: { [name: string]: Json }, schema: Schema, at: string): LocalFault[] {
    const known = this.checked.get(o);
    if (known?.at === at && known.schema === schema) return known.faults;
    const faults = this.checkMembers(o, schema, at);
    this.checked.set(o, { at, schema, faults });
    return faults;
  }

  private checkMembers(o: { [name: string]: Json }, s: Schema, at: string): LocalFault[] {
    const faults = (s.required ?? []).filter((name) => !(name in o)).map((name): LocalFault => ({ pointer: join(at, name), code: "required", detail: "" }));
    for (const [name, v] of Object.entries(o)) {
      const inner = s.properties?.[name] ?? (typeof s.additionalProperties === "object" ? s.additionalProperties : undefined);
      const names = s.propertyNames && this.resolve(s.propertyNames).enum;
      if ((!inner && s.additionalProperties === false) || (names && !names.includes(name)))
        faults.push({ pointer: join(at, name), code: "unknown_field", detail: "" });
      else if (inner) faults.push(...this.check(v, inner, join(at, name)));
    }
    return faults;
  }
}

function nullable(s: Schema, c: Contract): boolean {
  if (s.$ref || s.allOf) return [c.resolve(s).type].flat().includes("null");
  return [s.type].flat().includes("null") || (s.oneOf ?? []).some((o) => o.type === "null");
}

/** The JavaScript types that a schema allows. */
function kinds(s: Schema): string[] {
  const named = [s.type ?? (s.enum ? "string" : [])].flat().filter((t) => t !== "null");
  return named.length === 0 ? ["string", "number", "boolean", "object", "array"] : named.map((t) => (t === "integer" ? "number" : t));
}

function checkScalar(v: string | number | boolean, s: Schema, pointer: string): LocalFault[] {
  if (s.enum && !s.enum.includes(String(v))) return [{ pointer, code: "unknown_value", detail: s.enum.join(", ") }];
  if (typeof v === "number") {
    if ([s.type].flat().includes("integer") && !Number.isInteger(v)) return [{ pointer, code: "wrong_type", detail: "integer" }];
    const low = s.minimum ?? -Infinity, high = s.maximum ?? Infinity;
    return v < low || v > high ? [{ pointer, code: "out_of_range", detail: `${s.minimum ?? ""} – ${s.maximum ?? ""}` }] : [];
  }
  if (typeof v !== "string") return [];
  if (s.maxLength !== undefined && [...v].length > s.maxLength) return [{ pointer, code: "too_long", detail: String(s.maxLength) }];
  if ((s.minLength ?? 0) > v.length) return [{ pointer, code: "required", detail: "" }];
  return s.pattern && !compiled(s.pattern).test(v) ? [{ pointer, code: formOf(s), detail: s.description ?? "" }] : [];
}

const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(pattern, "u");
  patterns.set(pattern, known);
  return known;
}

/** What a pattern of the contract asks for. */
function formOf(s: Schema): LocalFault["code"] {
  if ([s.type].flat().includes("number")) return "bad_number";
  return s.pattern!.includes("{4}-") ? "bad_date" : "bad_form";
}
