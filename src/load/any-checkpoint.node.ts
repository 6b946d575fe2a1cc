/** Loads MODEL of any family as the command line takes it: a directory, a `.gguf` file, a hub id, or a built-in model. */
import { type AnyCheckpoint, readAnyDirectory } from "./any-checkpoint.ts";
import { fromModel, type LoadOptions } from "./checkpoint.node.ts";
import { type Check, readGguf } from "./checkpoint.ts";

/** Loads `model`: a directory, a `.gguf` file, `org/name[@revision]` from the hub, or `builtin:NAME`. Throws `InputError`. */
export const loadAnyCheckpoint = (
  model: string,
  options: LoadOptions & { check?: Check<AnyCheckpoint> } = {},
): Promise<AnyCheckpoint> =>
  fromModel<AnyCheckpoint>(
    model,
    {
      directory: (id, open) => readAnyDirectory(id, open, options.check),
      gguf: (id, source, beside) => readGguf(id, source, beside, options.check),
    },
    options,
  );
