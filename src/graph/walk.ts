/** Walks back from outputs, the only way to collect a program. */
import { isInput, type Value } from "./value.ts";

/** Lists every value that `roots` need, each once and after its inputs. */
export function topological(roots: Iterable<Value>): Value[] {
  const seen = new Set<Value>();
  const order: Value[] = [];
  const stack: [Value, boolean][] = [...roots].reverse().map((v) => [v, false]);
  for (let top = stack.pop(); top; top = stack.pop()) {
    const [value, ready] = top;
    if (ready) {
      order.push(value);
      continue;
    }
    if (seen.has(value)) continue;
    seen.add(value);
    stack.push([value, true]);
    for (const u of [...value.inputs].reverse()) stack.push([u, false]);
  }
  return order;
}

/** Returns the inputs that `roots` depend on; throws if two different ones share a name. */
export function inputsOf(roots: Iterable<Value>): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const value of topological(roots)) {
    if (!isInput(value)) continue;
    const { name = "" } = value;
    const other = found.get(name);
    if (other && other !== value) throw new Error(`two inputs are named "${value.name}"; create one and reuse it`);
    found.set(name, value);
  }
  return found;
}
