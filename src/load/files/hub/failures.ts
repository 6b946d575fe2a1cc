/** Failed requests to a hub, with the hub's own message if there is one. */

/** The hub refused the request: a retry would not help. */
export class HubRefusal extends Error {
  constructor(
    readonly status: number,
    /** `X-Error-Code`, such as GatedRepo; empty if there is none. */
    readonly code: string,
    /** `X-Error-Message`, or the error in the body; empty if there is none. */
    readonly words: string,
  ) {
    super(`${status} ${code} ${words}`);
  }
}

/** The hub gave no complete answer: the cache may help, and so may a retry if `again` is set. */
export class HubTrouble extends Error {
  constructor(
    reason: string,
    readonly again: boolean,
    /** Milliseconds that the hub asks to wait. */
    readonly after?: number,
  ) {
    super(reason);
  }
}

interface Asked {
  readonly endpoint: string;
  readonly name: string;
  readonly revision: string;
  readonly withToken: boolean;
}

/** Describes a refusal in one line, with the fix. */
export function refusalText({ status, code, words }: HubRefusal, { endpoint, name, revision, withToken }: Asked): string {
  const answer = words === "" ? `${status}` : `${status}, “${words}”`;
  const token = withToken ? "check that the token in use has read access" : "set HF_TOKEN to a token with read access";
  if (code === "GatedRepo")
    return `the model is gated (${answer}); request access at ${endpoint}/${name}, then ${withToken ? "use a token of that account" : "set HF_TOKEN to a token of that account"}`;
  if (code === "RevisionNotFound")
    return `the model has no revision ${revision} (${answer}); name one of its branches, tags or commits after the @`;
  if (code === "EntryNotFound") return `a file that the hub lists is missing (${answer}); try again`;
  if (code === "RepoNotFound" || status === 404)
    return `${endpoint} has no model ${name}${revision === "main" ? "" : ` with a revision ${revision}`}, or it is private (${answer}); check the spelling, and for a private model ${token}`;
  if (status === 401) return `${endpoint} does not accept the credentials (${answer}); ${token}`;
  return `${endpoint} refuses the request (${answer}); ${token}`;
}

/** Returns a server's message as part of one line: no control characters, no line ends, at most 200 characters. */
export function quoted(text: string): string {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
