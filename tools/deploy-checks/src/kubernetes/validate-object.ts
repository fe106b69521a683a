import { readRepositoryFile } from '../repository.js';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { nameOf, type KubernetesObject } from './objects.js';

const directory = 'tools/deploy-checks/src/kubernetes/schemas';

/** The oldest and the newest Kubernetes that the manifests are for. */
export const kubernetesVersions = ['1.34', '1.37'] as const;

interface SchemaFile {
  readonly $id: string;
  readonly kinds: Readonly<Record<string, object>>;
}

const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
const files = [...kubernetesVersions.map((version) => `kubernetes-${version}`), 'custom-resources'].map(
  (name) => JSON.parse(readRepositoryFile(`${directory}/${name}.json`)) as SchemaFile,
);
files.forEach((file) => ajv.addSchema(file));

/** What a strict API server would refuse of it, unknown fields included: nothing, when it is right. */
export function schemaFaults(object: KubernetesObject): readonly string[] {
  const schemas = schemasOf(`${object.apiVersion}/${object.kind}`);
  if (schemas.length === 0) return [`${nameOf(object)}: no schema of ${object.apiVersion}`];
  return schemas.flatMap(({ id, validate }) =>
    validate(object)
      ? []
      : (validate.errors ?? []).map((error) => `${nameOf(object)}: ${said(error)} (${id})`),
  );
}

function schemasOf(kind: string): readonly { id: string; validate: ValidateFunction }[] {
  return files
    .filter(({ kinds }) => kind in kinds)
    .flatMap(({ $id }) => {
      const pointer = kind.replaceAll('~', '~0').replaceAll('/', '~1');
      const validate = ajv.getSchema(`${$id}#/kinds/${pointer}`);
      return validate ? [{ id: $id, validate }] : [];
    });
}

function said({ instancePath, message, params }: ErrorObject): string {
  const field = (params as { additionalProperty?: string }).additionalProperty;
  return `${instancePath || '/'} ${message}${field === undefined ? '' : ` (${field})`}`;
}
