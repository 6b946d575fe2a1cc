/** The smallest possible model, to test whether a device works. */
import { input } from "../graph/value.ts";
import { encode } from "../onnx/encode.ts";

export const identityModel = (): Uint8Array<ArrayBuffer> => encode({ y: input("x", [1]) }).bytes;
