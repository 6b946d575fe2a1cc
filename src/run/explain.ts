/** Translates errors of ONNX Runtime into the terms of the graph. */
import { signature } from "../graph/print.ts";
import type { Value } from "../graph/value.ts";

/** Returns an error of ONNX Runtime with the scope and the signature of the op that failed. */
export function explain(error: unknown, nodes: ReadonlyMap<string, Value>): Error {
  const message = error instanceof Error ? error.message : String(error);
  const names = [...message.matchAll(/[Nn]ame:\s*'?([^\s')]+)|[Nn]ode \(([^)]+)\)/g)].map((m) => m[1] ?? m[2] ?? "");
  const hits = names.map((n) => [n, nodes.get(n) ?? [...nodes].find(([known]) => n.includes(known))?.[1]] as const);
  const hit = hits.find(([, value]) => value);
  if (!hit?.[1]) return new Error(message, { cause: error });
  return new Error(`${message}\n  in ${hit[1].scope ?? hit[0]}: ${signature(hit[1])}`, { cause: error });
}
