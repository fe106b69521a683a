import { parse } from 'yaml';
import { readRepositoryFile } from '../repository.js';
import type { Container, PodSpec } from './objects.js';

interface CronJob {
  readonly spec: {
    readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: PodSpec } } };
  };
}

/** What one of the containers of components/backup starts. @param values of its variables, and where its volume lies */
export function commandOfBackup(
  file: 'backup' | 'restore',
  name: string,
  values: Readonly<Record<string, string>>,
): readonly [program: string, ...args: string[]] {
  const text = readRepositoryFile(`deploy/kubernetes/components/backup/${file}.yaml`);
  const { initContainers = [], containers } = (parse(text) as CronJob).spec.jobTemplate.spec.template.spec;
  const container = [...initContainers, ...containers].find((one) => one.name === name) as Container;
  const command = (container.command ?? []).map((argument) =>
    Object.entries(values).reduce((said, [from, to]) => said.replaceAll(from, to), argument),
  );
  return command as [string, ...string[]];
}
