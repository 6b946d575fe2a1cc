/** Finds the columns of a dataset's texts, scores and labels by their names. */
import { itemsAt, keyed } from "../../params/keyed.ts";
import { InputError } from "../../run/errors.ts";

/** The names of the columns by role, as given by a user. */
export type ColumnNames = Readonly<Partial<Record<Role, string>>>;

/** The roles of columns. */
export const ROLES = ["left", "right", "score", "text", "label"] as const;
export type Role = (typeof ROLES)[number];

/** The indices of the columns of some roles. */
export type Columns<R extends Role> = Readonly<Record<R, number>>;

/** The names of the two texts of a pair: STS-B and most datasets, QQP, MRPC, SICK, natural language inference. */
const PAIRS: readonly (readonly [left: string, right: string])[] = [
  ...["sentence", "question", "text", "sent", "string", "s", "q", "input", "query", "phrase"].flatMap((stem) =>
    [
      ["1", "2"],
      ["_1", "_2"],
      ["a", "b"],
      ["_a", "_b"],
    ].map(([one, two]) => [`${stem}${one}`, `${stem}${two}`] as const),
  ),
  ...([
    ["left", "right"],
    ["#1_string", "#2_string"],
    ["premise", "hypothesis"],
  ] as const),
];

const SINGLE: Readonly<Record<"score" | "text" | "label", readonly string[]>> = {
  score: [
    ...["score", "scores", "similarity", "similarity_score", "relatedness", "relatedness_score", "rating", "gold"],
    ...["gold_score", "label", "labels", "is_duplicate", "quality"],
  ],
  text: ["text", "sentence", "review", "content", "document", "comment", "tweet", "utterance", "body", "sms"],
  label: ["label", "labels", "class", "category", "target", "intent", "sentiment", "stars"],
};

const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");

/**
 * Finds the columns of `roles` by their names in `header`: those in `given`, else the usual ones. Undefined if the header has
 * none of the usual names. Throws `InputError` with the header if a role has no column, or more than one candidate.
 */
export function findColumns<R extends Role>(
  header: readonly string[],
  roles: readonly R[],
  given: ColumnNames,
  where: string,
): Columns<R> | undefined {
  const candidates = candidatesOf(header);
  const named = roles.some((role) => given[role] !== undefined);
  if (!named && roles.every((role) => candidates[role].length === 0)) return undefined;
  const columns = keyed(roles, (role) => columnOf(role, header, candidates[role], given[role], where));
  if (new Set(Object.values(columns)).size < roles.length)
    throw new InputError(`${where}: one column cannot be two of ${roles.join(", ")}; ${howToName(roles)}`);
  return columns;
}

function candidatesOf(header: readonly string[]): Record<Role, number[]> {
  const names = header.map(plain);
  const places = (wanted: readonly string[]) => names.flatMap((name, k) => (wanted.includes(name) ? [k] : []));
  const pairs = PAIRS.filter(([left, right]) => names.includes(left) && names.includes(right));
  return {
    left: places(pairs.map(([left]) => left)),
    right: places(pairs.map(([, right]) => right)),
    score: places(SINGLE.score),
    text: places(SINGLE.text),
    label: places(SINGLE.label),
  };
}

function columnOf(
  role: Role,
  header: readonly string[],
  usual: readonly number[],
  given: string | undefined,
  where: string,
): number {
  const exact = [...header.keys()].filter((k) => header[k] === given);
  const found = given === undefined ? usual : exact;
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const what = given === undefined ? `the ${role} column` : `the ${role} column "${given}"`;
  const names = listed(others.length > 0 ? itemsAt(header, found) : header);
  if (others.length > 0) throw new InputError(`${where}: ${what} could be any of ${names}; ${howToName([role])}`);
  throw new InputError(`${where}: ${what} is not among ${names}; ${howToName([role])}`);
}

/** Lists names in quotes, truncated to fit on a line. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).map((name) => JSON.stringify(name.length > 30 ? `${name.slice(0, 30)}…` : name));
  return [...shown, ...(names.length > 12 ? [`and ${names.length - 12} more`] : [])].join(", ");
}

/** Returns the advice at the end of an error about columns. */
export const howToName = (roles: readonly Role[]): string =>
  `name the columns with --columns ${roles.map((role) => `${role}=NAME`).join(",")}`;
