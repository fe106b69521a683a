import { postelVersion } from '@postel/contracts';
import { openApiDocument } from '@postel/openapi';
import openapiTypescript, { astToString } from 'openapi-typescript';

/** The types of the client, made of the OpenAPI document as a running Postel serves it. */
export async function clientSchema(): Promise<string> {
  const text = JSON.stringify(openApiDocument(postelVersion));
  const types = astToString(await openapiTypescript(text, { alphabetize: true }));
  return `/** Generated from the OpenAPI document: \`node tools/checks/dist/generate-reference.js\`. */\n\n${types}`;
}
