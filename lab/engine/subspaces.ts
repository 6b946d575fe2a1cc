/** The subspaces of heads: a text's tokens in them, the angles between two, and the coverage of a layer's heads. */

import { Matrix } from "ml-matrix";
import { dims4 } from "../../src/graph/shape.ts";
import type { Value } from "../../src/graph/value.ts";
import { type Covered, coverage } from "../../src/heads/redundancy/coverage.ts";
import { columnsOf, rowsOfHead } from "../../src/heads/redundancy/head-maps.ts";
import { anglesBetween, type Factored, factored } from "../../src/heads/redundancy/subspaces.ts";
import { anyForward } from "../../src/models/any.ts";
import { scoreHeadsAt } from "../../src/models/features-of.ts";
import { tryHead } from "../../src/models/head-names.ts";
import { type AnyConfig, noSuchHead, type Site, sitesOf } from "../../src/models/sites.ts";
import { keep, keptAt } from "../../src/nn/probe.ts";
import { normals, random } from "../../src/params/random.ts";
import { byPath, leafAt } from "../../src/params/tree.ts";
import { InputError } from "../../src/run/errors.ts";
import { feedsFor, type Program, tensorAt } from "../../src/run/runtime.ts";
import type { Tensor } from "../../src/run/tensor.ts";
import { floats } from "../../src/run/tensor.ts";
import { columnOf, dot, rowOf, total } from "../../src/stats/sums.ts";
import type { Current } from "./engine.ts";
import { type Principal, principal } from "./principal.ts";
import type { Report } from "./protocol.ts";
import { type ReadText, readText } from "./read.ts";

/** The space that a head reads as queries, keys or values, or writes to. */
export type SpaceName = "q" | "k" | "v" | "o";

/** The tokens of a text in a head's space. */
export interface Scatter extends Principal {
  readonly head: string;
  /** The key/value head of the space, if query heads share one. */
  readonly shared?: string;
  readonly tokens: readonly string[];
  /** The dimension of the space; three directions of it are drawn. */
  readonly dimensions: number;
}

/** The principal angles between two heads' spaces, ascending, in radians. */
export interface Between {
  readonly angles: readonly number[];
  /** The mean cos² of the angles: the share of the smaller space that lies in the other. */
  readonly overlap: number;
  /** The mean cos² of random subspaces of these dimensions: exactly the larger dimension over the width. */
  readonly random: number;
  /** The angles of random subspaces, averaged over several draws. */
  readonly drawn: readonly number[];
}

/** The coverage as the heads of a layer are added one by one. */
export interface LayerCoverage {
  readonly heads: readonly string[];
  readonly steps: readonly Covered[];
  readonly width: number;
  /** True if these are key/value heads that query heads share. */
  readonly shared: boolean;
  /** The largest dimension of a head's space. */
  readonly dimensions: number;
}

/** The requests of the page Subspaces. Throws `InputError` if a head does not exist. */
export interface Subspaces {
  scatter(text: string, space: SpaceName, head: string): Promise<Scatter>;
  between(space: SpaceName, a: string, b: string): Promise<Between>;
  coverage(space: SpaceName, site: string, report: Report): Promise<LayerCoverage>;
}

/** The number of random pairs whose angles are averaged. */
const DRAWS = 5;

/** Creates the subspaces part; `current` returns the open model. */
export function createSubspaces(current: () => Current): Subspaces {
  const programs = new WeakMap<Current, Map<SpaceName, Promise<Program>>>();
  const programOf = (model: Current, space: SpaceName): Promise<Program> => {
    const made = programs.get(model) ?? new Map<SpaceName, Promise<Program>>();
    programs.set(model, made);
    const program = made.get(space) ?? compile(model, space);
    made.set(space, program);
    return program;
  };
  return {
    async scatter(text, space, head) {
      const model = current();
      const read = await readText(model.opened.checkpoint, text, model.edited);
      const program = await programOf(model, space);
      return scatterOf(model, await program.run(feedsFor(program, read.feeds)), read, space, head);
    },
    async between(space, a, b) {
      const { checkpoint } = current().opened;
      const basis = (head: string) => factoredHead(current(), space, head).basis;
      return betweenOf(basis(a), basis(b), checkpoint.config.width);
    },
    coverage: async (space, site, report) => coverageOf(current(), space, site, report),
  };
}

/** Compiles the projections of all attentions; the written space is computed from z. */
function compile({ runtime, opened: { checkpoint } }: Current, space: SpaceName): Promise<Program> {
  const sites = sitesOf(checkpoint.config).filter((site) => countOf(site, space) > 0);
  const siteOf = (path: string) => `${path}.${space === "o" ? "z" : space}`;
  const wanted = new Set(sites.map(({ path }) => siteOf(path)));
  const kept = new Map<string, Value>();
  anyForward(
    checkpoint.config,
    keep(kept, (at) => wanted.has(at)),
  );
  const outputs = Object.fromEntries(sites.map(({ path }) => [path, keptAt(kept, siteOf(path))]));
  return runtime.compile(outputs, { weights: byPath(checkpoint.weights) });
}

interface Place {
  readonly site: Site;
  readonly head: number;
  /** The index among the space's heads: those of keys and values may be shared, and fixed heads have no queries and keys. */
  readonly own: number;
}

function placeOf({ opened: { checkpoint } }: Current, space: SpaceName, name: string): Place {
  const named = tryHead(name);
  const site = sitesOf(checkpoint.config).find((one) => one.name === named?.site);
  if (!site || !named) throw new InputError(`there is no head "${name}"; choose another one`);
  const { head } = named;
  if (head >= site.heads) throw noSuchHead(site, head);
  if (head < withoutSpace(site, space))
    throw new InputError(`head ${name} is fixed, so it has no queries and keys; choose another head, or its values or output`);
  return { site, head, own: ownOf(checkpoint.config, site, space, head) };
}

/** Returns the index of a head's own space in the weights of its attention. */
function ownOf(config: AnyConfig, site: Site, space: SpaceName, head: number): number {
  const { name, heads, keyValueHeads, features } = site;
  const scores = space === "q" || space === "k";
  if (scores && features.talking) return scoreHeadsAt(config, name, heads)[head] ?? head;
  const shared = space === "k" || space === "v" ? Math.floor(head / (heads / keyValueHeads)) : head;
  return shared - withoutSpace(site, space);
}

/** Returns the number of heads before those that have the space. */
const withoutSpace = ({ features }: Site, space: SpaceName): number =>
  space === "q" || space === "k" ? (features.fixed?.length ?? 0) : 0;

/** Returns the number of spaces of an attention. */
const countOf = (site: Site, space: SpaceName): number =>
  (space === "k" || space === "v" ? site.keyValueHeads : site.heads) - withoutSpace(site, space);

/** Factors a head's weight as W = basis · core: W_Q, W_K or W_V [m, d], or the transpose of W_O. */
function factoredHead(model: Current, space: SpaceName, name: string): Factored {
  const { site, own } = placeOf(model, space, name);
  return factoredAt(model, space, site, own);
}

function factoredAt({ opened: { checkpoint } }: Current, space: SpaceName, { path }: Site, own: number): Factored {
  const weight = leafAt(byPath(checkpoint.weights), `${path}.w${space}`);
  return factored((space === "o" ? rowsOfHead : columnsOf)(weight, own));
}

function scatterOf(
  model: Current,
  made: Readonly<Record<string, Tensor>>,
  { tokens, target = tokens }: ReadText,
  space: SpaceName,
  name: string,
): Scatter {
  const { site, own } = placeOf(model, space, name);
  const { core, basis } = factoredAt(model, space, site, own);
  const rows = headRows(tensorAt(made, site.path), own);
  // z W_O in the orthonormal basis of the head's output space
  const points = space === "o" ? rows.map((z) => core.to2DArray().map((row) => dot(row, z))) : rows;
  const named = { q: target, o: target, k: tokens, v: tokens };
  const shared = site.keyValueHeads < site.heads && (space === "k" || space === "v");
  return {
    ...principal(points),
    head: name,
    ...(shared && { shared: `${site.name}.${own}` }),
    tokens: site.name.startsWith("cross.") ? named[space] : site.name.startsWith("decoder.") ? target : tokens,
    dimensions: basis.columns,
  };
}

/** Returns [i][d] of one head of [1, i, h, d]. */
function headRows(values: Tensor, head: number): number[][] {
  const [, length, heads, d] = dims4(values.shape);
  return Array.from({ length }, (_, i) => Array.from(rowOf(floats(values), i * heads + head, d)));
}

/** Compares two spaces by their orthonormal bases [m, d], and random ones of the same sizes. */
export function betweenOf(first: Matrix, second: Matrix, width: number): Between {
  const angles = anglesBetween(first, second);
  const draws = Array.from({ length: DRAWS }, (_, k) => {
    return anglesBetween(randomBasis(width, first.columns, `${k}.0`), randomBasis(width, second.columns, `${k}.1`));
  });
  return {
    angles,
    overlap: angles.reduce((sum, angle) => sum + Math.cos(angle) ** 2, 0) / Math.max(1, angles.length),
    random: Math.min(1, Math.max(first.columns, second.columns) / width),
    drawn: angles.map((_, k) => total(columnOf(draws, k)) / DRAWS),
  };
}

const randomBasis = (rows: number, columns: number, seed: string): Matrix =>
  columns === 0
    ? new Matrix(rows, 0)
    : factored(Matrix.from1DArray(rows, columns, Array.from(normals(random(`subspace ${seed}`), rows * columns)))).basis;

function coverageOf(model: Current, space: SpaceName, name: string, report: Report): LayerCoverage {
  const { site } = placeOf(model, "o", `${name}.0`);
  const shared = (space === "k" || space === "v") && site.keyValueHeads < site.heads;
  const { config } = model.opened.checkpoint;
  const first = withoutSpace(site, space);
  const own = (k: number) => (shared ? k : ownOf(config, site, space, k + first));
  const bases = Array.from({ length: countOf(site, space) }, (_, k) => factoredAt(model, space, site, own(k)).basis);
  return {
    heads: bases.map((_, k) => `${name}.${k + first}`),
    steps: coverage(bases, (share) => report("adding subspaces", share)),
    ...{ shared, width: model.opened.checkpoint.config.width },
    dimensions: Math.max(0, ...bases.map(({ columns }) => columns)),
  };
}
