/** Writing to devices, pipes and open files, which are never replaced. */

import { constants, write } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { codeOf } from "../../run/errors.ts";
import type { Place } from "./place.node.ts";

const writeSome = promisify(write);
/** Milliseconds before the next try on a full pipe. */
const FULL = 10;

/** Writes to an open file, a device or a pipe; a pipe without a reader is not an error. */
export async function writeStream(place: Place, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    if (place.kind === "stream" && place.descriptor !== undefined) return await writeAll(place.descriptor, bytes);
    const file = await open(place.path, constants.O_WRONLY); // neither created nor truncated
    try {
      await writeAll(file.fd, bytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) !== "EPIPE") throw error;
  }
}

async function writeAll(file: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += (await writeSome(file, bytes, at, bytes.length - at)).bytesWritten;
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") throw error;
      await sleep(FULL);
    }
  }
}
