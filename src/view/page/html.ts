/** The frame of every generated page: one HTML file that fetches nothing. */
import { escaped } from "./xml.ts";

interface Page {
  readonly title: string;
  readonly style: string;
  /** The page's script; without one, the page may run none. */
  readonly script?: string;
  /** A module that defines the custom elements of the body. */
  readonly module?: string;
  readonly body: string;
}

/** Returns a complete page; its policy forbids fetching, whatever the body contains. */
export const htmlPage = ({ title, style, script, module, body }: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${script || module ? "; script-src 'unsafe-inline'" : ""}${module ? "; img-src data: blob:" : ""}">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
${module ? `<script type="module">${inline(module)}</script>\n` : ""}${script ? `<script>${script}</script>\n` : ""}</body>
</html>
`;

/** Escapes a script so that it cannot close its own element. */
const inline = (script: string): string => script.replace(/<(?=\/script|!--)/gi, "\\x3c");
