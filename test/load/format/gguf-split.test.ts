/** A GGUF file in parts is the file that was split. */
import { expect, it } from "vitest";
import { readGguf } from "../../../src/load/checkpoint.ts";
import { bytesSource } from "../../../src/load/format/source.ts";
import { byPath } from "../../../src/params/tree.ts";
import { InputError } from "../../../src/run/errors.ts";
import type { Tensor } from "../../../src/run/tensor.ts";
import { fixtureConfig } from "../../models/golden.ts";
import { writeGguf } from "../gguf-file.ts";
import { converted, metadataOf, tokenizerOf } from "../gguf-llama.ts";

const config = fixtureConfig("llama");
const model = { ...metadataOf(config), ...tokenizerOf(config) };
const name = (k: number, of = 3) => `m-0000${k + 1}-of-0000${of}.gguf`;

/** Files by name: every third tensor is in the same part. */
async function parts(change: (k: number) => Record<string, number> = () => ({})): Promise<Map<string, Uint8Array>> {
  const tensors = [...(await converted("llama", config))];
  const part = (k: number) => {
    const own = new Map<string, Tensor>(tensors.filter((_, n) => n % 3 === k));
    const split = { "split.no": k, "split.count": 3, "split.tensors.count": tensors.length, ...change(k) };
    return writeGguf({ ...(k === 0 ? model : {}), ...split }, own);
  };
  return new Map([0, 1, 2].map((k) => [name(k), part(k)]));
}

const open = (files: ReadonlyMap<string, Uint8Array>, first = name(0), path = `folder/${first}`) => {
  const beside = async (name: string) => (files.has(name) ? bytesSource(name, files.get(name)!) : undefined);
  return readGguf("m", bytesSource(path, files.get(first)!), beside);
};

it("any part opens the model, with the tensors of all", async () => {
  const whole = await readGguf("m", bytesSource("m.gguf", writeGguf(model, await converted("llama", config))));
  for (const first of [name(0), name(2)]) {
    const joined = await open(await parts(), first);
    expect(joined.config).toEqual(whole.config);
    expect(byPath(joined.weights)).toEqual(byPath(whole.weights));
  }
});

it("a part that is missing, renamed or of another file is named", async () => {
  const files = await parts();
  const without = new Map([...files].filter(([file]) => file !== name(1)));
  await expect(open(without)).rejects.toThrow(`${name(1)}: this part of the model is missing; put all 3 parts into one folder`);
  await expect(open(files, name(0), "m.gguf")).rejects.toThrow(
    "m.gguf: this is one part of a file in 3 parts; rename it to NAME-00001-of-00003.gguf",
  );
  const swapped = new Map([...files, [name(1), files.get(name(2))!]]);
  await expect(open(swapped)).rejects.toThrow(`${name(1)}: the header does not say part 2 of 3; download the parts again`);
  await expect(open(await parts(() => ({ "split.tensors.count": 99 })))).rejects.toThrow("different tensors of 99; download");
  await expect(open(swapped)).rejects.toBeInstanceOf(InputError);
  await expect(readGguf("m", bytesSource(name(0), files.get(name(0))!))).rejects.toThrow(`${name(1)}: this part of the model`);
});
