import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referencePage, referencePages } from './reference-pages.js';
import { readRepositoryFile, repositoryRoot } from './repository.js';

/** Writes the generated parts of docs/reference and the types of the client: `node tools/checks/dist/generate-reference.js`. */
for (const path of referencePages) {
  const text = await referencePage(path);
  const changed = text !== readRepositoryFile(path);
  if (changed) writeFileSync(join(repositoryRoot, path), text);
  console.log(`${changed ? 'written  ' : 'unchanged'} ${path}`);
}
