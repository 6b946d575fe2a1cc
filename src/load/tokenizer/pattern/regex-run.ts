/**
 * Runs a compiled expression over a text: backtracking that records failures by position (like RE2's BitState, over all
 * starts), so that the steps grow with text times program instead of exponentially. A limit on steps bounds the rest.
 */

import { InputError } from "../../../run/errors.ts";
import { widthAt } from "../aligned.ts";
import type { RegexProgram } from "./regex.ts";

/** The span of one match, which may be empty. */
export type Match = readonly [from: number, to: number];

/** A state of the search: a step, a position in the text, and the state that led here. */
interface Visit {
  readonly pc: number;
  readonly at: number;
  readonly by: Visit | undefined;
}

/** The limit of steps; patterns in use take fewer than 50. */
const STEPS_PER_CHARACTER = 200;

/**
 * Yields all matches, leftmost first; `onStep` is called at every step. Throws `InputError` if the text takes too many steps.
 */
export function* matches(program: RegexProgram, text: string, onStep: () => void = () => {}): Generator<Match> {
  const failed = createMarks(program.length);
  let left = STEPS_PER_CHARACTER * (text.length + 100);
  const step = () => {
    onStep();
    if (--left >= 0) return;
    throw new InputError(
      `tokenizer.json: a pattern takes too many steps on a text of ${text.length} characters; shorten the text`,
    );
  };
  const run = (entry: number, from: number): number | undefined => {
    const waiting: Visit[] = [{ pc: entry, at: from, by: undefined }];
    for (let visit = waiting.pop(); visit; visit = waiting.pop()) {
      step();
      if (failed.has(visit.pc, visit.at)) continue;
      failed.set(visit.pc, visit.at, true);
      const to = follow(visit, waiting);
      if (to === undefined) continue;
      for (let won: Visit | undefined = visit; won; won = won.by) failed.set(won.pc, won.at, false);
      return to;
    }
    return undefined;
  };
  // Returns the end of a match; otherwise queues the next visits.
  const follow = (visit: Visit, waiting: Visit[]): number | undefined => {
    const { pc, at } = visit;
    const now = program[pc]!;
    const go = (to: number, place = at) => void waiting.push({ pc: to, at: place, by: visit });
    if (now.op === "match") return at;
    if (now.op === "jump") go(now.to);
    else if (now.op === "split") {
      go(now.second);
      go(now.first);
    } else if (now.op === "character") {
      const code = text.codePointAt(at);
      if (code !== undefined && now.fits(code)) go(pc + 1, at + (code > 0xffff ? 2 : 1));
    } else if (holds(now, at)) go(pc + 1);
    return undefined;
  };
  const holds = (now: RegexProgram[number], at: number): boolean => {
    if (now.op === "boundary") return now.holds(text, at);
    if (now.op === "look") return (run(now.entry, at) !== undefined) !== now.negative;
    return now.op === "behind" && (at > 0 && now.fits(codeBefore(text, at))) !== now.negative;
  };
  for (let from = 0; from <= text.length; ) {
    const to = run(0, from);
    if (to !== undefined) yield [from, to];
    from = to === undefined || to === from ? from + widthAt(text, from) : to;
    failed.forget(from);
  }
}

function codeBefore(text: string, at: number): number {
  const code = text.codePointAt(at - 1)!;
  return code >= 0xdc00 && code <= 0xdfff && at > 1 ? text.codePointAt(at - 2)! : code;
}

const PAGE = 1_024;

/** Stores a bit for each step and position, in pages, so that those before the current match can be dropped. */
function createMarks(steps: number) {
  const row = Math.ceil(steps / 8);
  const pages = new Map<number, Uint8Array>();
  let first = 0;
  const pageOf = (at: number): Uint8Array => {
    const index = Math.floor(at / PAGE);
    const known = pages.get(index);
    if (known) return known;
    const page = new Uint8Array(row * PAGE);
    pages.set(index, page);
    return page;
  };
  return {
    has: (pc: number, at: number): boolean => ((pageOf(at)[(at % PAGE) * row + (pc >> 3)]! >> (pc & 7)) & 1) === 1,
    set(pc: number, at: number, mark: boolean): void {
      const page = pageOf(at);
      const byte = (at % PAGE) * row + (pc >> 3);
      page[byte] = mark ? page[byte]! | (1 << (pc & 7)) : page[byte]! & ~(1 << (pc & 7));
    },
    forget(before: number): void {
      for (; first < Math.floor(before / PAGE); first++) pages.delete(first);
    },
  };
}
