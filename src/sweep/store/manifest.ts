/**
 * The manifest of a folder in a store, written after all its files: it names the subfolder with the content, so that replacing a
 * folder is replacing one file, and the SHA-256 of every file.
 */
import { z } from "zod";
import { InputError, messageOf } from "../../run/errors.ts";
import { checkedPath } from "./store.ts";

/** The name of a manifest in its folder. */
export const MANIFEST = "manifest.json";

const pathSchema = z.string().refine((path) => checkedPath(path) === path);

const schema = z.strictObject({
  format: z.literal("headwise-folder-1"),
  /** The subfolder with the files. */
  content: z.string().regex(/^content-[0-9a-f-]{36}$/),
  files: z.array(z.strictObject({ name: pathSchema, size: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});

/** The files of a folder, and the subfolder that has them. */
export type Manifest = z.infer<typeof schema>;

/** Returns the text of a manifest. */
export const manifestText = (manifest: Omit<Manifest, "format">): string =>
  `${JSON.stringify({ format: "headwise-folder-1", ...manifest }, undefined, 1)}\n`;

/** Reads a manifest; `named` is its place. Throws `InputError` if it is damaged. */
export function readManifest(bytes: Uint8Array, named: string): Manifest {
  try {
    return schema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error).replace(/\s+/g, " ") : messageOf(error);
    throw new InputError(`${named}: the manifest is damaged (${reason}); remove the folder and copy it again`);
  }
}
