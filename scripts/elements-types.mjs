/**
 * Writes dist/elements.d.ts: the public types of the elements, in one file that needs no other package. It declares the classes as
 * plain HTML elements with their public properties, without their rendering.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = join(import.meta.dirname, "..");
const { config } = ts.readConfigFile(join(root, "lab/tsconfig.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, "lab"));
const entry = join(root, "lab/elements/index.ts");
const program = ts.createProgram([entry], options);
const checker = program.getTypeChecker();
const isOurs = (node) => !/\/node_modules\//.test(node.getSourceFile().fileName);

/** The comment right above a declaration, with its indentation. */
function comment(node) {
  const text = node.getSourceFile().text;
  const last = ts.getLeadingCommentRanges(text, node.pos)?.at(-1);
  return last && text.startsWith("/**", last.pos) ? `${text.slice(last.pos, last.end)}\n` : "";
}

/** Types of ours that something refers to and that are not yet written. */
const wanted = new Map();
function collect(node) {
  if (ts.isTypeReferenceNode(node)) {
    const symbol = resolved(checker.getSymbolAtLocation(node.typeName));
    if (isOurs(symbol.declarations[0])) wanted.set(symbol.name, symbol);
  }
  ts.forEachChild(node, collect);
}

const resolved = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Static;
const isProperty = (node) => ts.isPropertyDeclaration(node) || ts.isGetAccessor(node);
const isPublic = (node) => isProperty(node) && ts.isIdentifier(node.name) && !(ts.getCombinedModifierFlags(node) & HIDDEN);

/** The public properties of a class and of those of ours that it extends, the base's first. */
function propertiesOf(declaration) {
  const [base] = declaration.heritageClauses?.[0]?.types ?? [];
  const above = base && resolved(checker.getSymbolAtLocation(base.expression)).declarations.find(ts.isClassDeclaration);
  return [...(above && isOurs(above) ? propertiesOf(above) : []), ...declaration.members.filter(isPublic)];
}

function classText(name, declaration) {
  const properties = propertiesOf(declaration).map((member) => {
    collect(member.type);
    const readonly = ts.isGetAccessor(member) ? "readonly " : "";
    return `  ${comment(member)}  ${readonly}${member.name.text}: ${member.type.getText()};`;
  });
  const update = "  /** Resolves when changed properties are drawn. */\n  readonly updateComplete: Promise<boolean>;";
  return `${comment(declaration)}export declare class ${name} extends HTMLElement {\n${[...properties, update].join("\n")}\n}`;
}

/** An interface as it is written; an alias of something computed from values as what it comes to. */
function typeText(name, declaration) {
  const computed = ts.isTypeAliasDeclaration(declaration) && /\btypeof\b/.test(declaration.getText());
  if (!computed) {
    collect(declaration);
    return comment(declaration) + declaration.getText().replace(/^export /, "");
  }
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  return `${comment(declaration)}type ${name} = ${checker.typeToString(checker.getTypeAtLocation(declaration), undefined, flags)};`;
}

/** The tag of each class, from `define("headwise-…", Class)`. */
function tags() {
  const calls = /^define\("([a-z-]+)", (\w+)\);$/gm;
  return program.getSourceFiles().flatMap(({ fileName, text }) => {
    return fileName.includes("/lab/elements/")
      ? [...text.matchAll(calls)].map(([, tag, name]) => `    "${tag}": ${name};`)
      : [];
  });
}

const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)));
const written = new Map();
for (const symbol of exported) {
  const { declarations, name } = resolved(symbol);
  const found = declarations.find(ts.isClassDeclaration);
  if (found) written.set(symbol.name, classText(symbol.name, found));
  else wanted.set(name, resolved(symbol));
}
const names = new Set(exported.map(({ name }) => name));
for (const [name, symbol] of wanted) {
  if (written.has(name)) continue;
  written.set(name, (names.has(name) ? "export " : "") + typeText(name, symbol.declarations[0]));
}
// an exported type's comment stands before the word "export"
const blocks = [...written.values()].map((text) => text.replace(/^export (\/\*\*[\s\S]*?\*\/\n)/, "$1export "));
const tagMap = `declare global {\n  interface HTMLElementTagNameMap {\n${tags().join("\n")}\n  }\n}`;
mkdirSync(join(root, "dist"), { recursive: true });
writeFileSync(join(root, "dist/elements.d.ts"), `${[...blocks, tagMap, "export {};"].join("\n\n")}\n`);
