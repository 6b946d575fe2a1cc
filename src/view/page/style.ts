/** The style of the report page. */
import { labelRules, weightRamp } from "../chart/colors.ts";

/** Returns the style sheet: light and dark, from 360 pixels up. */
export function reportStyle(): string {
  const variables = (scheme: "light" | "dark") =>
    weightRamp(scheme)
      .map((color, level) => `--w${level}:${color}`)
      .join(";");
  return `
:root { color-scheme: light dark; --paper: #ffffff; --wash: #f5f6f8; --ink: #1c2024; --dim: #5f6670; --line: #e2e5e9;
  --accent: #0a5ea8; --fill: #7fa6cf; --mark: #b3401a; ${variables("light")} }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #14171b; --wash: #1c2025; --ink: #e6e8eb; --dim: #98a1ab;
  --line: #2b3037; --accent: #86bdf0; --fill: #47709c; --mark: #f0936b; ${variables("dark")} } }
${labelRules()}
${STYLE}`;
}

const STYLE = `
*, ::before, ::after { box-sizing: border-box }
.l-unclassified { background: var(--line); color: var(--dim) }
html { scroll-padding-top: 56px; -webkit-text-size-adjust: 100%; -webkit-print-color-adjust: exact; print-color-adjust: exact }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5; font-size: 15px;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums }
.opening, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px }
h1, h2, h3, p, dl, dd, figure, ul { margin: 0; padding: 0 }
h1 { font-size: 32px; line-height: 1.2; letter-spacing: -0.01em; overflow-wrap: anywhere }
h2 { font-size: 22px; line-height: 1.3 }
h3 { font-size: 17px; line-height: 1.4 }
a { color: var(--accent); text-underline-offset: 2px; text-decoration-thickness: 1px }
a:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.dim { color: var(--dim) }
.unseen { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden }
.opening { padding-top: 48px; padding-bottom: 28px }
.kicker { color: var(--dim); margin-bottom: 4px }
.opening .facts { margin-top: 24px; display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 14px 32px }
dt { color: var(--dim); font-size: 13px }
.parts { position: sticky; top: 0; z-index: 2; background: var(--paper); border-block: 1px solid var(--line); white-space: nowrap;
  overflow-x: auto; scrollbar-width: none; padding: 0 max(12px, calc((100vw - 1096px) / 2)) }
.parts a { display: inline-block; padding: 10px 12px; color: var(--ink); text-decoration: none }
.parts a:hover { color: var(--accent) }
.parts a:focus-visible { outline-offset: -3px }
.part { padding-top: 52px }
.intro { color: var(--dim); max-width: 72ch; margin: 6px 0 20px }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-size: 13.5px }
th { font-weight: 400; text-align: right }
td { text-align: right }
thead :is(th, td) { color: var(--dim); vertical-align: bottom }
tbody th { text-align: left }
th, td { padding: 4px 9px; white-space: nowrap }
th:first-child, td:first-child { padding-left: 0 }
tbody tr { border-top: 1px solid var(--line) }
thead th:first-child { text-align: left }

.legend { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 20px }
button { font: inherit; font-size: 13.5px; color: var(--ink); background: none; border: 1px solid var(--line); border-radius: 7px;
  padding: 4px 9px; cursor: pointer; white-space: nowrap }
button:hover { background: var(--wash) }
button[aria-pressed="true"] { border-color: var(--ink); background: var(--wash) }
.number { color: var(--dim); margin-left: 2px }
.code { display: inline-block; min-width: 32px; text-align: center; border-radius: 4px; font-size: 10.5px; line-height: 17px;
  letter-spacing: 0.03em; margin-right: 3px; padding: 0 3px; vertical-align: 1px; font-weight: 500 }
.code.manner { border: 1px dashed var(--dim); color: var(--dim); background: none; line-height: 15px; min-width: 30px }
.legend:has(.name) { position: relative; padding-left: 72px }
.legend .name { position: absolute; left: 0; line-height: 30px; color: var(--dim); font-size: 13px }
.legend + .legend { margin-top: -12px }
.overview { table-layout: fixed; width: 100%; font-size: 12px }
.overview tr { border: 0 }
.overview th, .overview td { padding: 1.5px; text-align: center; color: var(--dim) }
.overview th[scope="row"], .overview tr:first-child td { width: 28px }
.overview .none { text-align: left; padding-left: 8px }
.cell { display: block; position: relative; min-width: 25px; line-height: 30px; border-radius: 4px; text-decoration: none; overflow: hidden;
  font-size: 11px; letter-spacing: 0.03em; font-weight: 500; transition: opacity 0.15s }
.cell:hover { outline: 2px solid var(--ink); outline-offset: 1px }
.cell.manner { background: none; color: var(--dim) }
.cell.manner::before { content: ""; position: absolute; inset: 0; border: 1px dashed var(--dim); border-radius: inherit }
.cell.off { opacity: 0.13 }
.stripe { position: absolute; left: 0; right: 0; bottom: 0; height: 5px; border-top: 1px solid var(--paper) }

.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 28px 32px }
.chart { display: block; width: 100%; height: auto; margin-top: 6px; overflow: visible }
.chart text { fill: var(--dim); font-size: 11px }
.chart .rule { stroke: var(--line) }
.chart .line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round }
.chart .mark { fill: var(--accent); stroke: var(--paper); stroke-width: 1 }
.chart .dot { fill: var(--dim); opacity: 0.28 }
.chart .bar { stroke: var(--paper); stroke-width: 0.6; transition: opacity 0.15s }
.chart .bar[data-label="unclassified"] { fill: var(--line) }
.chart .bar.off { opacity: 0.13 }

.twin-room { display: grid; grid-template-columns: minmax(0, 700px) minmax(0, 1fr); gap: 40px }
.choice { display: flex; gap: 6px; margin-bottom: 10px }
output { display: block; min-height: 1.5em; margin-top: 6px; color: var(--dim); font-size: 13.5px }
.relations .word { text-align: left; color: var(--dim) }
.relations thead th:nth-child(2) { text-align: left }
.track { fill: var(--line) } .fill { fill: var(--fill) }
.whisker { stroke: var(--ink); stroke-width: 1.4 } .tick { stroke: var(--mark); stroke-width: 2 }
.by-label, .by-importance { width: 100% }
.by-label { margin: 20px 0 36px }
.by-label .graph, .by-label thead :last-child { width: 46% }
.by-importance .graph, .by-importance thead :last-child { width: 36%; min-width: 120px }
.by-label :last-child, .by-importance :last-child { padding-right: 0 }
.by-importance .word, .by-importance thead :is(:nth-child(2), :nth-child(3)) { text-align: left }
#importance .finding { max-width: 90ch; margin-top: 6px }
.window { max-height: 760px; overflow-y: auto }
.window thead :is(th, td) { position: sticky; top: 0; background: var(--paper); z-index: 1 }
.dots { display: block; width: 100% }
.dots text { fill: var(--dim); font-size: 11px }
.dots line { stroke: var(--dim); stroke-width: 1.2; opacity: 0.75 }
.dots .zero { stroke: var(--line); opacity: 1 }
.dots circle { fill: var(--paper); stroke: var(--dim); stroke-width: 1.3 }
.dots .critical circle, .dots .estimated circle { fill: var(--accent); stroke: var(--accent) }
.dots .critical line, .dots .estimated line { stroke: var(--accent) }
.dots .better-without circle { fill: var(--mark); stroke: var(--mark) } .dots .better-without line { stroke: var(--mark) }
.importance { margin-top: 16px } .importance .word { text-align: left }
td.graph { padding-top: 0; padding-bottom: 0 } td.graph svg { display: block }

.head { display: grid; grid-template-columns: minmax(0, 1fr) 35.5%; gap: 8px 40px; padding: 28px 0 32px;
  border-top: 1px solid var(--line) }
.head > header { grid-column: 1 / -1; display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 4px 16px }
.head nav { font-size: 13.5px; display: flex; gap: 14px }
.head nav a { color: var(--dim); text-decoration: none }
.head nav a:hover { color: var(--accent) }
.tag { font-size: 14px; font-weight: 400; margin-left: 14px }
.finding { font-size: 16px; max-width: 60ch; text-wrap: pretty }
.head .facts { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 14px 0 16px }
.head .facts dd { font-size: 14px }
.scores { width: 100% }
.scores th, .scores td { padding: 2.5px 7px }
.scores tr > :first-child:not(.part) { padding-left: 0 } .scores tr > :last-child { padding-right: 0 }
.scores .part { padding-left: 14px }
.scores .graph { width: 72px }
.given { font-weight: 650 }
a.quiet { color: inherit; text-decoration: none }
a.quiet:hover { color: var(--accent); text-decoration: underline }
.scores .bar { display: block; position: relative; width: 72px; height: 5px; border-radius: 2px;
  background: linear-gradient(var(--fill), var(--fill)) 0 0 / calc(var(--v) * 1%) 100% no-repeat var(--line) }
.scores .bar.given { --fill: var(--accent) }
.bar.tick::after { content: ""; position: absolute; top: -3px; bottom: -3px; width: 2px; left: calc(var(--c) * 1% - 1px); background: var(--mark) }
.pictures { display: grid; gap: 24px; align-content: start }
headwise-figure { display: block; position: relative; min-width: 0 }
headwise-pattern { display: block; width: 100%; min-height: 280px }
headwise-head-pairs { display: block; width: 100% }
figcaption { font-size: 13.5px }
.pictures figcaption { color: var(--dim); min-height: 1.5em; margin: 4px 0 }
.links { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 13.5px }
.measures { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 20px 40px; font-size: 14px }
.measures dt { color: var(--ink); font-size: 14px; font-weight: 600; scroll-margin-top: 64px }
.measures dt:target { color: var(--accent) }
code { display: block; font: 12.5px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; margin: 3px 0; overflow-wrap: anywhere }
#notes ul { padding-left: 18px; margin-top: 10px; max-width: 72ch }
footer { padding-top: 40px; padding-bottom: 56px; font-size: 13.5px }
.notice { position: fixed; inset: auto 0 0; margin: 0; padding: 10px 24px; background: var(--wash); border-top: 1px solid var(--line) }
@media (max-width: 940px) {
  .twin-room, .head { grid-template-columns: minmax(0, 1fr) }
  .pictures { margin-top: 16px }
}
@media (max-width: 600px) {
  .legend:has(.name) { padding-left: 0 } .legend .name { position: static; flex-basis: 100%; line-height: 1.3 }
  .legend + .legend { margin-top: -6px }
  .opening, main, footer { padding-inline: 16px }
  .opening { padding-top: 28px; padding-bottom: 20px }
  .opening .facts { grid-template-columns: 1fr 1fr; gap: 12px 16px }
  h1 { font-size: 25px }
  .part { padding-top: 40px }
  .parts { padding: 0 4px }
  .cell { font-size: 9px; letter-spacing: 0; line-height: 26px }
  .overview th[scope="row"], .overview tr:first-child td { width: 20px }
  .overview th, .overview td { padding: 1px; font-size: 11px }
  .scores { font-size: 12.5px }
  .scores th, .scores td { padding-inline: 4px }
  .scores tr > :first-child:not(.part) { padding-left: 0 }
  .scores .graph, .scores:not(.importance) thead :nth-child(3) { display: none }
  .by-label tr { display: grid; grid-template-columns: minmax(0, 1fr) 42px 48px 68px 62px; align-items: center }
  .by-label th, .by-label td { padding-inline: 3px; font-size: 12.5px }
  .by-label th:first-child { padding-left: 0 }
  .by-label tr > :nth-child(6) { display: none }
  .by-label tr > :last-child { grid-column: 1 / -1; width: auto; padding: 0 0 4px }
  .by-importance th, .by-importance td { padding-inline: 6px; font-size: 12.5px }
  .by-importance .graph, .by-importance thead :last-child { display: none }
}
.short-edition { display: none }
.printing { margin-bottom: 20px }
.head[data-place] { min-height: 560px }
@media screen { .head { content-visibility: auto; contain-intrinsic-size: auto 560px } }
@media print {
  body { line-height: 1.35 }
  .parts, .head nav, .legend, .choice, .printing, button { display: none }
  h2, h3, .intro, .short-edition { break-after: avoid }
  .head, .intro, .short-edition, figure, svg, canvas, tr { break-inside: avoid }
  .part { padding-top: 32px } footer { padding-block: 12px 0 } .scroll { overflow: visible } .window { max-height: none }
  table { font-size: 10.5px } th, td { padding: 2px 5px }
  .head { grid-template-columns: minmax(0, 1fr) 38%; gap: 4px 20px; padding: 12px 0 14px }
  .tag { font-size: 12px; margin-left: 10px } .finding { font-size: 13px } .links, .head :is(dt, dd) { font-size: 11px }
  .head .facts { margin: 6px 0; gap: 2px 16px } .head .facts div { display: flex; gap: 6px }
  .head table { font-size: 9.5px; line-height: 1.25 } .scores th, .scores td { padding: 1px 3px } .importance { margin-top: 8px } .scores :is(.graph, .bar) { width: 48px }
  html:not(.whole) :is(.head:not(.telling), #measures, .pictures figure + figure, .scores tr:has(.part), .window tbody tr:nth-child(n + 31)) { display: none }
  html:not(.whole) .short-edition { display: block }
}
`;
