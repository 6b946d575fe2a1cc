/** A strict reader of tags: what a lenient HTML parser would silently mend. */

const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
/** Elements of HTML that never close. */
const VOID = new Set(["meta", "br", "link", "input"]);

/** What is wrong with the tags and entities of a document without comments or raw text; empty if nothing is. */
export function tagErrors(markup: string): string[] {
  const open: string[] = [];
  for (let at = 0; at < markup.length; ) {
    if (markup[at] !== "<") {
      const next = markup.indexOf("<", at);
      const text = markup.slice(at, next < 0 ? undefined : next);
      if (/&(?!amp;|lt;|gt;|quot;)|>/.test(text)) return [`bare & or >: ${text.slice(0, 40)}`];
      at += text.length;
      continue;
    }
    TAG.lastIndex = at;
    const match = TAG.exec(markup);
    if (!match) return [`not a tag: ${markup.slice(at, at + 60)}`];
    at = TAG.lastIndex;
    const [, closing, name, , selfClosing] = match;
    if (closing) {
      const expected = open.pop();
      if (expected !== name) return [`</${name}> closes <${expected}>`];
    } else if (!selfClosing && !VOID.has(name!)) open.push(name!);
  }
  return open.map((name) => `<${name}> is not closed`);
}
