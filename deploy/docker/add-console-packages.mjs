/**
 * Adds to the image's list of packages (CycloneDX) those whose code is in the console's files, as Vite tells them:
 *
 *   node add-console-packages.mjs sbom.cdx.json apps/console/dist/licenses.json
 *
 * npm cannot: for it they are what development needs.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [listPath, licensesPath] = process.argv.slice(2);
const list = JSON.parse(readFileSync(listPath, 'utf8'));
const listed = new Set(list.components.map(({ purl }) => purl));

for (const { name, version, identifier } of JSON.parse(readFileSync(licensesPath, 'utf8'))) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  if (listed.has(purl)) continue;
  list.components.push({
    type: 'library',
    'bom-ref': `${name}@${version}`,
    name,
    version,
    purl,
    ...(identifier ? { licenses: [{ expression: identifier }] } : {}),
    properties: [{ name: 'org.postel.in', value: 'apps/console/dist' }],
  });
}
writeFileSync(listPath, JSON.stringify(list, null, 2));
