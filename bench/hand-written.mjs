/**
 * The yardstick: a BERT encoder as one would write it in ONNX by hand, node for node, with 2-D weights as initializers.
 * Axes: b batch, i query, j key, h head, d head width, m model width, f feed-forward width.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import { AttributeProto_AttributeType as Kind, ModelProtoSchema } from "onnx-buf";

const FLOAT = 1;
const INT64 = 7;
const OPSET = 20;

/** Nodes and initializers as they are written down; every op returns its output's name. */
class Sheet {
  nodes = [];
  initializers = [];

  op(opType, input, attribute = []) {
    const name = `${opType}_${this.nodes.length}`;
    this.nodes.push({ opType, name, input, output: [name], attribute });
    return name;
  }

  weight(name, data, dims) {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.initializers.push({ name, dataType: data instanceof BigInt64Array ? INT64 : FLOAT, dims: dims.map(BigInt), rawData });
    return name;
  }

  scalar = (name, x) => this.weight(name, Float32Array.of(x), []);
  whole = (name, ...xs) => this.weight(name, BigInt64Array.from(xs, BigInt), [xs.length]);
}

const int = (name, i) => ({ name, type: Kind.INT, i: BigInt(i) });
const float = (name, f) => ({ name, type: Kind.FLOAT, f });
const ints = (name, ...values) => ({ name, type: Kind.INTS, ints: values.map(BigInt) });

/** The bytes of the model `state` [b, i, m] = BERT(ids, mask), both int64 [b, i]. */
export function handWritten({ config, weights }) {
  if (config.architecture !== "bert") throw new Error(`hand-written.mjs writes BERT, not ${config.architecture}`);
  const sheet = new Sheet();
  const mask = writeMask(sheet);
  let x = writeEmbeddings(sheet, config, weights.embeddings);
  for (const [l, layer] of weights.layers.entries()) x = writeLayer(sheet, config, layer, x, mask, `layer${l}`);
  sheet.nodes.at(-1).output = ["state"];
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    opsetImport: [{ domain: "", version: BigInt(OPSET) }],
    graph: {
      name: "bert",
      node: sheet.nodes,
      initializer: sheet.initializers,
      input: [info("ids", INT64, ["batch", "sequence"]), info("mask", INT64, ["batch", "sequence"])],
      output: [info("state", FLOAT, ["batch", "sequence", config.width])],
    },
  });
  return toBinary(ModelProtoSchema, model);
}

const info = (name, elemType, shape) => ({
  name,
  type: {
    value: {
      case: "tensorType",
      value: {
        elemType,
        shape: {
          dim: shape.map((d) => ({
            value: typeof d === "number" ? { case: "dimValue", value: BigInt(d) } : { case: "dimParam", value: d },
          })),
        },
      },
    },
  },
});

/** (1 − mask) · −10⁹, as [b, 1, 1, j]. */
function writeMask(sheet) {
  const floats = sheet.op("Cast", ["mask"], [int("to", FLOAT)]);
  const hidden = sheet.op("Mul", [sheet.op("Sub", [sheet.scalar("one", 1), floats]), sheet.scalar("never", -1e9)]);
  return sheet.op("Unsqueeze", [hidden, sheet.whole("axes12", 1, 2)]);
}

function writeEmbeddings(sheet, config, { tokens, positions, types, norm }) {
  const { vocabulary: v, width: m } = config;
  const words = sheet.op("Gather", [sheet.weight("tokens", tokens.data, [v, m]), "ids"]);
  const length = sheet.op("Slice", [sheet.op("Shape", ["ids"]), sheet.whole("from1", 1), sheet.whole("to2", 2)]);
  const table = sheet.weight("positions", positions.data, [positions.shape[0], m]);
  const places = sheet.op("Slice", [table, sheet.whole("from0", 0), length, sheet.whole("axis0", 0)]);
  const placed = sheet.op("Add", [words, places]);
  const typed = types ? sheet.op("Add", [placed, sheet.weight("type0", types.data.subarray(0, m), [m])]) : placed;
  return writeNorm(sheet, config, norm, typed, "embeddings.norm");
}

function writeNorm(sheet, { epsilon, width }, { scale, bias }, x, name) {
  const [s, b] = [sheet.weight(`${name}.scale`, scale.data, [width]), sheet.weight(`${name}.bias`, bias.data, [width])];
  return sheet.op("LayerNormalization", [x, s, b], [int("axis", -1), float("epsilon", epsilon)]);
}

/** x W + b */
function writeLinear(sheet, x, weight, bias, [rows, columns], name) {
  const product = sheet.op("MatMul", [x, sheet.weight(`${name}.weight`, weight.data, [rows, columns])]);
  return sheet.op("Add", [product, sheet.weight(`${name}.bias`, bias.data, [columns])]);
}

function writeLayer(sheet, config, p, x, mask, name) {
  const { width: m, innerWidth: f } = config;
  const attended = writeAttention(sheet, config, p.attention, x, mask, `${name}.attention`);
  const y = writeNorm(sheet, config, p.attentionNorm, sheet.op("Add", [x, attended]), `${name}.norm1`);
  const up = writeLinear(sheet, y, p.feedForward.up, p.feedForward.upBias, [m, f], `${name}.up`);
  const down = writeLinear(sheet, sheet.op("Gelu", [up]), p.feedForward.down, p.feedForward.downBias, [f, m], `${name}.down`);
  return writeNorm(sheet, config, p.feedForwardNorm, sheet.op("Add", [y, down]), `${name}.norm2`);
}

function writeAttention(sheet, { width: m, headWidth: d }, p, x, mask, name) {
  const h = p.wq.shape[1];
  const split = sheet.whole(`${name}.split`, 0, 0, h, d);
  const project = (which, perm) => {
    const all = writeLinear(sheet, x, p[`w${which}`], p[`b${which}`], [m, h * d], `${name}.${which}`);
    return sheet.op("Transpose", [sheet.op("Reshape", [all, split])], [ints("perm", ...perm)]);
  };
  const q = project("q", [0, 2, 1, 3]); // b h i d
  const k = project("k", [0, 2, 3, 1]); // b h d j
  const v = project("v", [0, 2, 1, 3]); // b h j d
  const scores = sheet.op("Mul", [sheet.op("MatMul", [q, k]), sheet.scalar(`${name}.scale`, 1 / Math.sqrt(d))]);
  const pattern = sheet.op("Softmax", [sheet.op("Add", [scores, mask])], [int("axis", -1)]);
  const z = sheet.op("Transpose", [sheet.op("MatMul", [pattern, v])], [ints("perm", 0, 2, 1, 3)]); // b i h d
  const merged = sheet.op("Reshape", [z, sheet.whole(`${name}.merge`, 0, 0, h * d)]);
  return writeLinear(sheet, merged, p.wo, p.bo, [h * d, m], `${name}.out`);
}
