/** All files of a pruned model's folder, as the command and the lab write them. */
import type { AnyModel } from "../../models/any.ts";
import { cardWithNote } from "./card.ts";
import { onnxFiles } from "./onnx.ts";
import { modelFiles, type Opened } from "./opened.ts";
import type { PruneRecord } from "./record.ts";

export interface Written {
  /** The stored model: pruned, or padded. */
  readonly stored: AnyModel;
  /** The model of the ONNX files; undefined if there are none. */
  readonly onnx?: AnyModel;
  readonly record: PruneRecord;
}

/** Returns names and contents: the model's files, its card with a note, ONNX files, and `prune.json`. */
export function writtenFiles(opened: Opened, { stored, onnx, record }: Written): Map<string, Uint8Array | string> {
  const files = modelFiles(opened, stored);
  const card = files.get("README.md");
  if (card instanceof Uint8Array) files.set("README.md", cardWithNote(new TextDecoder().decode(card), record));
  if (onnx) for (const [name, bytes] of onnxFiles(onnx)) files.set(`onnx/${name}`, bytes);
  return files.set("prune.json", `${JSON.stringify(record, null, 2)}\n`);
}
