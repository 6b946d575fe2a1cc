/**
 * The events of a training run for TensorBoard: records of the protobuf message `Event` (`tensorboard/compat/proto/event.proto` and
 * `summary.proto`). The fields in use, with their numbers:
 *
 *     Event       wall_time 1 double, step 2 int64, file_version 3 string, summary 5 Summary, session_log 7 SessionLog
 *     Summary     value 1 repeated Value
 *     Value       tag 1 string, simple_value 2 float
 *     SessionLog  status 1 enum
 */
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { getOrAdd } from "../../params/keyed.ts";
import type { Evaluation } from "../run.ts";
import type { StepReport } from "../trainer.ts";
import { recordOf, recordsIn } from "./records.ts";

const [WALL_TIME, STEP, FILE_VERSION, SUMMARY, SESSION_LOG] = [1, 2, 3, 5, 7];
const VALUE = 1; // of Summary
const [TAG, SIMPLE_VALUE] = [1, 2]; // of Value
const STATUS = 1; // of SessionLog
const START = 1; // a SessionStatus

/** Numbers of one step by name. */
export interface ScalarEvent {
  readonly step: number;
  readonly scalars: readonly { readonly tag: string; readonly value: number }[];
}

const eventOf = (step: number, values: Readonly<Record<string, number | undefined>>): ScalarEvent => ({
  step,
  scalars: Object.entries(values).flatMap(([tag, value]) => (value === undefined ? [] : [{ tag, value }])),
});

/** Returns the event of a step. */
export const stepEvent = ({ step, loss, learningRate, gradientNorm }: StepReport): ScalarEvent =>
  eventOf(step, { "train/loss": loss, "train/learning_rate": learningRate, "train/gradient_norm": gradientNorm });

/** Returns the event of an evaluation. Its perplexity is computed again, since an infinite one is null in JSON. */
export const evaluationEvent = ({ step, loss, bitsPerByte }: Evaluation): ScalarEvent =>
  eventOf(step, {
    "held_out/loss": loss,
    "held_out/perplexity": Math.exp(loss),
    "held_out/bits_per_byte": bitsPerByte,
  });

/** Begins an event of a moment in seconds since 1970. */
const at = (wallTime: number): BinaryWriter => new BinaryWriter().tag(WALL_TIME, WireType.Bit64).double(wallTime);

const finished = (event: BinaryWriter): Uint8Array => recordOf(event.finish());

/** Returns the record that an event file begins with. */
export const versionRecord = (wallTime: number): Uint8Array =>
  finished(at(wallTime).tag(FILE_VERSION, WireType.LengthDelimited).string("brain.Event:2"));

/** Returns the record that makes TensorBoard drop all events that it has of the run. */
export const startRecord = (wallTime: number): Uint8Array =>
  finished(at(wallTime).tag(SESSION_LOG, WireType.LengthDelimited).fork().tag(STATUS, WireType.Varint).int32(START).join());

/** Returns the record of an event; its numbers are rounded to 32-bit floats. */
export function scalarRecord({ step, scalars }: ScalarEvent, wallTime: number): Uint8Array {
  const event = at(wallTime).tag(STEP, WireType.Varint).int64(step).tag(SUMMARY, WireType.LengthDelimited).fork();
  for (const { tag, value } of scalars) {
    event.tag(VALUE, WireType.LengthDelimited).fork().tag(TAG, WireType.LengthDelimited).string(tag);
    event.tag(SIMPLE_VALUE, WireType.Bit32).float(Math.fround(value)).join(); // a number above the largest float is infinite
  }
  return finished(event.join());
}

/** Returns a function that gives the wall time of an event in earlier event files; undefined if it is in none of them. */
export function wallTimesIn(files: Iterable<Uint8Array>): (event: ScalarEvent) => number | undefined {
  const times = new Map<string, Map<number, number>>(); // by first tag and step
  for (const file of files) {
    for (const { tag, step, wallTime } of recordsIn(file).map(readEvent)) {
      if (tag !== undefined) getOrAdd(times, tag, () => new Map<number, number>()).set(step, wallTime);
    }
  }
  return ({ step, scalars: [first] }) => (first === undefined ? undefined : times.get(first.tag)?.get(step));
}

/** Reads the time, the step and the first tag of an event. */
function readEvent(data: Uint8Array): { wallTime: number; step: number; tag?: string } {
  const reader = new BinaryReader(data);
  const read: ReturnType<typeof readEvent> = { wallTime: 0, step: 0 };
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === WALL_TIME) read.wallTime = reader.double();
    else if (field === STEP) read.step = Number(reader.int64());
    else if (field === SUMMARY) read.tag = new TextDecoder().decode(bytesAt(reader.bytes(), [VALUE, TAG]));
    else reader.skip(type, field);
  }
  return read;
}

/** Returns the bytes at a path of fields in nested messages, the first one of each; none if there are none. */
function bytesAt(message: Uint8Array, [wanted, ...inner]: readonly number[]): Uint8Array {
  if (wanted === undefined) return message;
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted) return bytesAt(reader.bytes(), inner);
    reader.skip(type, field);
  }
  return new Uint8Array();
}
