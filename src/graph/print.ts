/** Prints graphs as text, one line per value, for readers, snapshots and error messages. */
import { shown } from "./shape.ts";
import type { Attr, Type, Value } from "./value.ts";
import { isInput } from "./value.ts";
import { topological } from "./walk.ts";

const typeText = (t: Type): string => `${t.dtype}${shown(t.shape)}`;

function attrText(attr: Attr): string {
  if (typeof attr === "number" || typeof attr === "string") return `${attr}`;
  const items = Array.from<unknown>(attr);
  return `[${items.slice(0, 6).join(", ")}${items.length > 6 ? ", …" : ""}]`;
}

const attrsText = (value: Value): string => {
  const entries = Object.entries(value.attrs).filter(([key]) => value.op.attributes?.[key] !== "hidden");
  return entries.length ? ` {${entries.map(([k, a]) => `${k}: ${attrText(a)}`).join(", ")}}` : "";
};

/** Returns the op with the types of its inputs and output, for error messages. */
export const signature = (value: Value): string =>
  `${value.op.name}(${value.inputs.map(typeText).join(", ")})${attrsText(value)} -> ${typeText(value)}`;

/** Prints the whole graph of `outputs`, each value numbered and after its inputs. */
export function print(outputs: Readonly<Record<string, Value>>): string {
  const names = new Map<Value, string>();
  const lines: string[] = [];
  for (const value of topological(Object.values(outputs))) {
    const name = value.name ?? `%${lines.length}`;
    names.set(value, name);
    if (isInput(value)) continue;
    const args = value.inputs.map((u) => names.get(u)).join(", ");
    lines.push(
      `${name}: ${typeText(value)} = ${value.op.name}(${args})${attrsText(value)}${value.scope ? `  # ${value.scope}` : ""}`,
    );
  }
  const results = Object.entries(outputs).map(([key, value]) => `${key} = ${names.get(value)}`);
  return [...lines, `return ${results.join(", ")}`].join("\n");
}
