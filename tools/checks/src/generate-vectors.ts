import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository.js';
import { vectorFile, vectorFiles } from './signature-vectors/vector-files.js';

/** Writes libs/signing/vectors: `node tools/checks/dist/generate-vectors.js`. */
for (const name of vectorFiles.keys())
  writeFileSync(join(repositoryRoot, 'libs/signing/vectors', name), vectorFile(name));
