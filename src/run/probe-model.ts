/** The smallest model there is, to find out whether a device can be used at all. */
import { input } from "../graph/value.ts";
import { encode } from "../onnx/encode.ts";
import { add } from "../ops/arithmetic.ts";

export const identityModel = (): Uint8Array<ArrayBuffer> => encode({ y: add(input("x", [1]), 1) }).bytes;
