/** Opens a store by its place. */
import { InputError } from "../../run/errors.ts";
import { folderBlobs } from "./folder-store.node.ts";
import { withFolders } from "./folders.node.ts";
import type { Store } from "./store.ts";

/**
 * Opens the store at `place`: a folder, or `s3://BUCKET/FOLDER` with endpoint, region and credentials from the usual variables of
 * AWS. Throws `InputError` if it cannot be reached.
 */
export async function openStore(place: string): Promise<Store> {
  if (place.trim() === "") throw new InputError("the store has no name; use a folder or s3://BUCKET/FOLDER");
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):\/\//.exec(place)?.[1];
  if (scheme === undefined) return withFolders(await folderBlobs(place));
  if (scheme !== "s3")
    throw new InputError(`${place}: there are no stores with ${scheme}://; use a folder or s3://BUCKET/FOLDER`);
  const { s3Blobs } = await import("./s3-store.node.ts");
  return withFolders(await s3Blobs(place));
}
