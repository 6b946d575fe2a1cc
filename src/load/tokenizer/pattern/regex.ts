/**
 * Compiles a regular expression in Oniguruma's syntax into a small program (Thompson 1968; Cox 2009) that `regex-run.ts` runs
 * in bounded time, whatever the expression. The library translates characters and classes.
 */

import { widthAt } from "../aligned.ts";
import { SplitPreTokenizer } from "../library.ts";

/** One step of a program. `split` prefers `first`; `look` runs the program at `entry` without advancing. */
export type Step =
  | { readonly op: "character"; readonly fits: (code: number) => boolean }
  | { readonly op: "split"; readonly first: number; readonly second: number }
  | { readonly op: "jump"; readonly to: number }
  | { readonly op: "boundary"; readonly holds: (text: string, at: number) => boolean }
  | { readonly op: "look"; readonly entry: number; readonly negative: boolean }
  | { readonly op: "behind"; readonly fits: (code: number) => boolean; readonly negative: boolean }
  | { readonly op: "match" };

/** A compiled expression, which starts at step 0. */
export type RegexProgram = readonly Step[];

type Node =
  | { readonly kind: "character"; readonly fits: (code: number) => boolean }
  | { readonly kind: "boundary"; readonly holds: (text: string, at: number) => boolean }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly parts: readonly Node[] }
  | { readonly kind: "repeat"; readonly part: Node; readonly least: number; readonly most: number; readonly lazy: boolean }
  | { readonly kind: "look"; readonly part: Node; readonly negative: boolean; readonly behind: boolean };

const MOST_STEPS = 1_000;

/** Compiles an expression. Throws `Error` if it is not supported, or the program would be too long. */
export function compileRegex(source: string): RegexProgram {
  const steps: Step[] = [];
  emit(parse(source), steps);
  steps.push({ op: "match" });
  return steps;
}

function emit(node: Node, steps: Step[]): void {
  if (steps.length > MOST_STEPS) throw new Error("it is too long");
  if (node.kind === "character") steps.push({ op: "character", fits: node.fits });
  else if (node.kind === "boundary") steps.push({ op: "boundary", holds: node.holds });
  else if (node.kind === "sequence") for (const part of node.parts) emit(part, steps);
  else if (node.kind === "choice") emitChoice(node.parts, steps);
  else if (node.kind === "repeat") emitRepeat(node, steps);
  else emitLook(node, steps);
}

/** Reserves a step that is filled in after `body` has been emitted. */
function later(steps: Step[], make: (after: number) => Step, body: () => void): void {
  const at = steps.push({ op: "match" }) - 1;
  body();
  steps[at] = make(steps.length);
}

function emitChoice([first, ...others]: readonly Node[], steps: Step[]): void {
  if (!first) throw new Error("internal: a choice has no parts");
  if (others.length === 0) {
    emit(first, steps);
    return;
  }
  const next = steps.length + 1;
  let end = 0;
  later(
    steps,
    () => ({ op: "split", first: next, second: end }),
    () => {
      emit(first, steps);
      later(
        steps,
        (to) => ({ op: "jump", to }),
        () => {
          end = steps.length;
          emitChoice(others, steps);
        },
      );
    },
  );
}

function emitRepeat(node: Extract<Node, { kind: "repeat" }>, steps: Step[]): void {
  const { part, least, most, lazy } = node;
  if (most === Number.POSITIVE_INFINITY && mayBeEmpty(part)) throw new Error("it repeats what may be empty");
  for (let i = 0; i < least; i++) emit(part, steps);
  const start = steps.length;
  const optional = (body: () => void) =>
    later(steps, (after) => ({ op: "split", first: lazy ? after : start + 1, second: lazy ? start + 1 : after }), body);
  if (most === Number.POSITIVE_INFINITY) {
    optional(() => {
      emit(part, steps);
      steps.push({ op: "jump", to: start });
    });
  } else if (least < most) {
    optional(() => {
      emit(part, steps);
      emitRepeat({ ...node, least: 0, most: most - least - 1 }, steps);
    });
  }
}

function emitLook(node: Extract<Node, { kind: "look" }>, steps: Step[]): void {
  const { part, negative, behind } = node;
  if (behind) {
    if (part.kind !== "character") throw new Error("it looks back at more than one character");
    steps.push({ op: "behind", fits: part.fits, negative });
    return;
  }
  steps.push({ op: "look", entry: steps.length + 2, negative });
  later(
    steps,
    (to) => ({ op: "jump", to }),
    () => {
      emit(part, steps);
      steps.push({ op: "match" });
    },
  );
}

function mayBeEmpty(node: Node): boolean {
  if (node.kind === "character") return false;
  if (node.kind === "sequence") return node.parts.every(mayBeEmpty);
  if (node.kind === "choice") return node.parts.some(mayBeEmpty);
  return node.kind !== "repeat" || node.least === 0 || mayBeEmpty(node.part);
}

const DEEPEST = 50;

function parse(source: string): Node {
  let at = 0;
  const choice = (ignoreCase: boolean, depth: number): Node => {
    if (depth > DEEPEST) throw new Error("it nests too deep");
    const parts = [sequence(ignoreCase, depth)];
    while (source[at] === "|") {
      at++;
      parts.push(sequence(ignoreCase, depth));
    }
    return { kind: "choice", parts };
  };
  const sequence = (outer: boolean, depth: number): Node => {
    const parts: Node[] = [];
    let ignoreCase = outer;
    while (at < source.length && source[at] !== "|" && source[at] !== ")") {
      const flags = /^\(\?(-?i)\)/.exec(source.slice(at, at + 5));
      if (flags) {
        ignoreCase = flags[1] === "i";
        at += flags[0].length;
      } else parts.push(quantified(atom(ignoreCase, depth)));
    }
    return { kind: "sequence", parts };
  };
  const quantified = (part: Node): Node => {
    const found = /^(?:([*+?])|\{(\d{1,4})(,?)(\d{0,4})\})(\??)/.exec(source.slice(at, at + 14));
    if (!found) return part;
    at += found[0].length;
    if (/^[*+?]/.test(source.slice(at)) || (found[2] && found[5])) throw new Error("it repeats a repetition");
    const [sign, low, comma, high] = found.slice(1);
    const least = sign ? Number(sign === "+") : Number(low);
    const most = sign === "?" ? 1 : sign || (comma && !high) ? Number.POSITIVE_INFINITY : comma ? Number(high) : least;
    if (most < least) throw new Error("it repeats from more to fewer times");
    return { kind: "repeat", part, least, most, lazy: found[5] === "?" };
  };
  const atom = (ignoreCase: boolean, depth: number): Node => {
    if (source[at] === "(") return group(ignoreCase, depth);
    const text = oneAtom(source, at);
    at += text.length;
    const edge = BOUNDARIES[text];
    return edge ? { kind: "boundary", holds: edge } : { kind: "character", fits: tester(text, ignoreCase) };
  };
  const group = (ignoreCase: boolean, depth: number): Node => {
    const [open] = /^\((?:\?(?:<?[=!]|-?i?:|[^:=!]*:?))?/.exec(source.slice(at, at + 8)) ?? ["("];
    if (open.startsWith("(?") && !/^\(\?(<?[=!]|-?i?:)$/.test(open)) throw new Error(`it has ${open}`);
    at += open.length;
    const part = choice(open.endsWith("i:") ? open !== "(?-i:" : ignoreCase, depth + 1);
    if (source[at++] !== ")") throw new Error("a parenthesis is left open");
    if (!/[=!]$/.test(open)) return part;
    const single = open.includes("<") ? only(part) : part;
    return { kind: "look", part: single, negative: open.endsWith("!"), behind: open.includes("<") };
  };
  const whole = choice(false, 0);
  if (at < source.length) throw new Error("a parenthesis is closed that was not opened");
  return whole;
}

/** Unwraps sequences and choices with one part. */
function only(node: Node): Node {
  const [part, ...others] = node.kind === "choice" || node.kind === "sequence" ? node.parts : [];
  return part && others.length === 0 ? only(part) : node;
}

const isLineEnd = (text: string, at: number): boolean => at === text.length || text[at] === "\n";

const BOUNDARIES: Readonly<Record<string, (text: string, at: number) => boolean>> = {
  "^": (text, at) => at === 0 || text[at - 1] === "\n",
  $: isLineEnd,
  "\\A": (_, at) => at === 0,
  "\\z": (text, at) => at === text.length,
  "\\Z": (text, at) => at === text.length || (at === text.length - 1 && isLineEnd(text, at)),
};

/** Returns the source of the character, escape or class at a position. */
function oneAtom(source: string, at: number): string {
  const rest = source.slice(at, at + 40);
  const escaped = /^\\(?:[pP]\{[^}]*\}|x\{[0-9A-Fa-f]{1,8}\}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{4}|[^\dcCgGkKMRXyYbBxuQE])/su.exec(
    rest,
  );
  if (escaped) return escaped[0];
  if (rest.startsWith("\\") || /^[*+?)]/.test(rest)) throw new Error(`it has ${rest.slice(0, 2)}`);
  if (!rest.startsWith("[")) return source.slice(at, at + widthAt(source, at));
  let depth = 0;
  for (let to = at; to < source.length; to++) {
    if (source[to] === "\\") to++;
    else if (source[to] === "[") depth++;
    else if (source[to] === "]" && to > at + 1 && --depth === 0) return source.slice(at, to + 1);
  }
  throw new Error("a class is left open");
}

function tester(atom: string, ignoreCase: boolean): (code: number) => boolean {
  const { pattern } = new SplitPreTokenizer({ type: "Split", pattern: { Regex: atom }, invert: true });
  if (!pattern) throw new Error(`it has ${atom}`);
  const fits = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace("g", "") + (ignoreCase ? "i" : ""));
  const known = new Map<number, boolean>();
  return (code) => {
    let answer = known.get(code);
    if (answer === undefined) known.set(code, (answer = fits.test(String.fromCodePoint(code))));
    return answer;
  };
}
