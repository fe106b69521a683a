/**
 * Does what deploy/docker/Dockerfile says, in a directory: the same commands, npm and its registry included, no engine.
 *
 *   node tools/deploy-checks/dist/docker/try-image.js EMPTY-DIRECTORY
 */
import { execSync } from 'node:child_process';
import { readRepositoryFile, repositoryRoot } from '../repository.js';
import { buildContext } from './build-context.js';
import { layOutImage } from './lay-out-image.js';

const [into] = process.argv.slice(2);
if (into === undefined) {
  process.stderr.write('Name an empty directory to work in.\n');
  process.exit(2);
}
const { root, workdir } = layOutImage({
  dockerfile: readRepositoryFile('deploy/docker/Dockerfile'),
  context: { directory: repositoryRoot, files: buildContext() },
  into,
  run: (command, cwd) => {
    process.stdout.write(`RUN ${command}\n`);
    execSync(command, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  },
});
process.stdout.write(`The image's own files: ${root}${workdir}\n`);
