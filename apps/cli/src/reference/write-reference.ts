import { writeFileSync } from 'node:fs';
import { referencePage, referencePath } from './reference-page.js';

/** `node apps/cli/dist/compiled/reference/write-reference.js`, and prettier after it. */
writeFileSync(referencePath(), referencePage());
