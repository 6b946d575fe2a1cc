/** A cut model as files: the folder that the command writes, and its ONNX alone. */
import type { AnyModel } from "../../src/models/any.ts";
import { onnxFiles } from "../../src/prune/write/onnx.ts";
import type { Opened } from "../../src/prune/write/opened.ts";
import type { PruneRecord } from "../../src/prune/write/record.ts";
import { writtenFiles } from "../../src/prune/write/written.ts";
import { zipped } from "./zip.ts";

/** A model without some heads, and what is known of the cut. */
export interface Cut {
  readonly cut: AnyModel;
  readonly record: PruneRecord;
}

export interface CutFileMade {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the files are called: the model's own name, as far as it is fit for a file. */
const nameOf = ({ checkpoint }: Opened): string => `${checkpoint.id.replace(/^.*:/, "").replace(/[^\w.-]+/g, "-")}-cut`;

/** The whole folder, with ONNX files in one of its own where they are wanted. */
export async function folderOf(opened: Opened, { cut, record }: Cut, onnx: boolean): Promise<CutFileMade> {
  const name = nameOf(opened);
  const files = writtenFiles(opened, { stored: cut, onnx: onnx ? cut : undefined, record });
  return { name: `${name}.zip`, bytes: await zipped(name, files) };
}

/** The ONNX file; of an encoder–decoder both in a zip. */
export async function onnxOf(opened: Opened, cut: AnyModel): Promise<CutFileMade> {
  const name = nameOf(opened);
  const files = onnxFiles(cut);
  const [only] = files.values();
  if (files.size === 1) return { name: `${name}.onnx`, bytes: only! };
  return { name: `${name}-onnx.zip`, bytes: await zipped(`${name}-onnx`, files) };
}
