/** What every page of ours is: one HTML file that fetches nothing. */
import { escaped } from "./xml.ts";

interface Page {
  readonly title: string;
  readonly style: string;
  /** A script of the page's own; without one, the page may run none. */
  readonly script?: string;
  /** A module that defines elements which the body uses. */
  readonly module?: string;
  readonly body: string;
}

/** A whole page; its policy lets nothing be fetched, whatever got into the body. */
export const htmlPage = ({ title, style, script, module, body }: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${script || module ? "; script-src 'unsafe-inline'" : ""}">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
${module ? `<script type="module">${inline(module)}</script>\n` : ""}${script ? `<script>${script}</script>\n` : ""}</body>
</html>
`;

/** A script that cannot end the element that it stands in. */
const inline = (script: string): string => script.replace(/<(?=\/script|!--)/gi, "\\x3c");
