/** All files of a converted model's folder. */
import type { AnyModel } from "../../models/any.ts";
import { withNote } from "./card.ts";
import { modelFiles, type Opened } from "./opened.ts";

/** The content of `convert.json`. */
export interface ConvertRecord {
  readonly format: "headwise.convert/1";
  /** The version of Headwise. */
  readonly headwise: string;
  readonly model: string;
  readonly to: "moh";
  readonly shared: number;
  readonly top: number;
  /** The number of converted attentions. */
  readonly attentions: number;
  /** Multiply-adds of all attentions for one text of this many tokens. */
  readonly work: { readonly length: number; readonly before: number; readonly after: number };
}

/** Returns names and contents: the model's files, its card with a note, and `convert.json`. */
export function convertedFiles(opened: Opened, model: AnyModel, record: ConvertRecord): Map<string, Uint8Array | string> {
  const files = modelFiles(opened, model);
  const card = files.get("README.md");
  const note =
    `> **A mixture of heads.** Headwise ${record.headwise} added untrained routers to all attentions; \`convert.json\` has the ` +
    "settings. The rest of this card describes the original model.";
  if (card instanceof Uint8Array) files.set("README.md", withNote(new TextDecoder().decode(card), note));
  return files.set("convert.json", `${JSON.stringify(record, null, 2)}\n`);
}
