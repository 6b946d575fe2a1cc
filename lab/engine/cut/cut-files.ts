/** A pruned model as files: the folder that the command writes, or its ONNX files alone. */
import type { AnyModel } from "../../../src/models/any.ts";
import type { Pruned } from "../../../src/prune/prune.ts";
import { onnxFiles } from "../../../src/prune/write/onnx.ts";
import type { Opened } from "../../../src/prune/write/opened.ts";
import { writtenFiles } from "../../../src/prune/write/written.ts";
import { zipped } from "./zip.ts";

export interface CutFileMade {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Returns the base name of the files: the model's name, restricted to safe characters. */
const nameOf = ({ checkpoint }: Opened): string => `${checkpoint.id.replace(/^.*:/, "").replace(/[^\w.-]+/g, "-")}-cut`;

/** Returns the folder as a zip, with ONNX files in a subfolder on request. */
export async function folderOf(opened: Opened, { cut, record }: Pruned, onnx: boolean): Promise<CutFileMade> {
  const name = nameOf(opened);
  const files = writtenFiles(opened, { stored: cut, onnx: onnx ? cut : undefined, record });
  return { name: `${name}.zip`, bytes: await zipped(name, files) };
}

/** Returns the ONNX file; both files of an encoder–decoder in a zip. */
export async function onnxOf(opened: Opened, cut: AnyModel): Promise<CutFileMade> {
  const name = nameOf(opened);
  const files = onnxFiles(cut);
  const [first, ...others] = files.values();
  if (first && others.length === 0) return { name: `${name}.onnx`, bytes: first };
  return { name: `${name}-onnx.zip`, bytes: await zipped(`${name}-onnx`, files) };
}
