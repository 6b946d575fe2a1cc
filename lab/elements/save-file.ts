/** A file that the page has made, saved by the browser. */
export interface MadeFile {
  readonly name: string;
  readonly bytes: Uint8Array | string | Blob;
}

/** Downloads a file in the browser. */
export function saveFile({ name, bytes }: MadeFile): void {
  const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer> | string | Blob]));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
