/** Optional packages: what an error says to install is what the package depends on. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readAddresses } from "../../src/corpus/addresses.node.ts";
import { REPAIR } from "../../src/run/engine.node.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

it("errors name the versions of optional packages that package.json names", () => {
  const { optionalDependencies } = JSON.parse(read("package.json")) as { optionalDependencies: Record<string, string> };
  const told = REPAIR + read("src/view/page/png.node.ts");
  for (const name of ["onnxruntime-node", "@resvg/resvg-js", "dejavu-fonts-ttf"])
    expect(told).toContain(`${name}@${optionalDependencies[name]}`);
});

it("a package without the training text says where it is", async () => {
  await expect(readAddresses(new URL("file:///nowhere/text.br"))).rejects.toThrow(
    /^the built-in texts are not part of the npm package; train in a checkout of .+ \(headwise train --text FILE\)$/,
  );
});
