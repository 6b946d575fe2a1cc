/** Ways in which a hub does not give what it was asked for, in its own words where it has some. */

/** The hub has answered that it will not: asking again changes nothing. */
export class HubRefusal extends Error {
  constructor(
    readonly status: number,
    /** `X-Error-Code`, such as GatedRepo; empty where there is none. */
    readonly code: string,
    /** `X-Error-Message`, or the error in the body; empty where there is none. */
    readonly words: string,
  ) {
    super(`${status} ${code} ${words}`);
  }
}

/** The hub did not answer, or not in full: the cache may help, and so may another try where `again` is set. */
export class HubTrouble extends Error {
  constructor(
    reason: string,
    readonly again: boolean,
    /** Milliseconds after which the hub wants to be asked. */
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

/** A refusal as one line, with what to do about it. */
export function refusalText({ status, code, words }: HubRefusal, { endpoint, name, revision, withToken }: Asked): string {
  const said = words === "" ? `${status}` : `${status}, “${words}”`;
  const token = withToken ? "check that the token in use may read it" : "set HF_TOKEN to a token that may read it";
  if (code === "GatedRepo")
    return `the model is gated (${said}); ask for access at ${endpoint}/${name}, then ${withToken ? "use a token of that account" : "set HF_TOKEN to a token of that account"}`;
  if (code === "RevisionNotFound")
    return `the model has no revision ${revision} (${said}); name one of its branches, tags or commits after the @`;
  if (code === "EntryNotFound") return `a file that the hub lists is not there (${said}); try again`;
  if (code === "RepoNotFound" || status === 404)
    return `${endpoint} has no model ${name}${revision === "main" ? "" : ` with a revision ${revision}`}, or it is private (${said}); check the spelling, and if it is private ${token}`;
  if (status === 401) return `${endpoint} does not accept who asks (${said}); ${token}`;
  return `${endpoint} refuses to serve it (${said}); ${token}`;
}

/** What a server said, as a part of one line: no control characters, no line ends, at most 200 characters. */
export function quoted(text: string): string {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
