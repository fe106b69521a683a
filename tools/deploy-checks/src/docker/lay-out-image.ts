import type { Copy, Env, Instruction } from 'dockerfile-ast';
import { cpSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { commandOf, stagesOf, type Stage } from './dockerfile.js';

export interface LayOutOptions {
  readonly dockerfile: string;
  /** Where the build context is, and which of its files are sent. */
  readonly context: { readonly directory: string; readonly files: readonly string[] };
  /** An empty directory; each stage gets a root of its own in it. */
  readonly into: string;
  /** Carries out one RUN, in the stage's working directory. */
  readonly run: (command: string, cwd: string) => void;
}

export interface LaidOutImage {
  /** The root of the last stage's file system, as far as this Dockerfile makes it. */
  readonly root: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Does what a Dockerfile says, without an engine and without its base images: stage by stage, each in a directory that
 * stands for its root. Only what ours uses: WORKDIR, COPY, RUN, ENV.
 * @returns the last stage, and all by their names
 * @throws what `run` throws, and for a COPY of what is not there
 */
export function layOutImage(
  options: LayOutOptions,
): LaidOutImage & { readonly stages: ReadonlyMap<string, LaidOutImage> } {
  const done = new Map<string, LaidOutImage>();
  let last: LaidOutImage | undefined;
  for (const stage of stagesOf(options.dockerfile)) {
    last = layOutStage(stage, done, options);
    done.set(stage.name, last);
  }
  if (!last) throw new Error('the Dockerfile has no stage');
  return { ...last, stages: done };
}

function layOutStage(
  stage: Stage,
  done: ReadonlyMap<string, LaidOutImage>,
  options: LayOutOptions,
): LaidOutImage {
  const root = join(options.into, stage.name);
  const base = done.get(stage.from);
  if (base) cpSync(base.root, root, { recursive: true, verbatimSymlinks: true });
  let workdir = base?.workdir ?? '/';
  const environment: Record<string, string> = { ...base?.environment };
  mkdirSync(join(root, workdir), { recursive: true });
  for (const instruction of stage.instructions) {
    const keyword = instruction.getKeyword();
    if (keyword === 'WORKDIR') {
      workdir = instruction.getArgumentsContent() ?? workdir;
      mkdirSync(join(root, workdir), { recursive: true });
    } else if (keyword === 'RUN') options.run(commandOf(instruction), join(root, workdir));
    else if (keyword === 'COPY') copy(instruction as Copy, join(root, workdir), done, options);
    else if (keyword === 'ENV') Object.assign(environment, valuesOf(instruction));
  }
  return { root, workdir, environment };
}

function copy(
  instruction: Copy,
  workdir: string,
  done: ReadonlyMap<string, LaidOutImage>,
  { context }: LayOutOptions,
): void {
  const paths = instruction.getArguments().map((argument) => argument.getValue());
  const to = paths.pop() ?? '.';
  const fromStage = instruction.getFromFlag()?.getValue() ?? undefined;
  if (fromStage === undefined && paths[0] === '.') {
    for (const file of context.files) put(join(context.directory, file), join(workdir, to, file));
    return;
  }
  const fromRoot = fromStage === undefined ? context.directory : done.get(fromStage)?.root;
  if (fromRoot === undefined) throw new Error(`COPY --from=${fromStage}: there is no such stage before it`);
  for (const path of paths) {
    const source = join(fromRoot, path);
    const intoDirectory = to.endsWith('/') && !statSync(source).isDirectory();
    put(source, join(workdir, to, intoDirectory ? basename(path) : ''));
  }
}

function put(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  cpSync(source, target, { recursive: true, verbatimSymlinks: true });
}

function valuesOf(instruction: Instruction): Record<string, string> {
  const properties = (instruction as Env).getProperties();
  return Object.fromEntries(
    properties.map((property) => [property.getName() ?? '', property.getValue() ?? '']),
  );
}
