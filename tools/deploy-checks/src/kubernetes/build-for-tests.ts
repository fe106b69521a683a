import { buildCombination, buildOverlay, combinations, overlays } from './build-overlay.js';
import { locateKubectl } from './locate-kubectl.js';
import type { KubernetesObject } from './objects.js';

const kubectl = await locateKubectl();
// among the many of `npm test` the names of tests are not shown
if (!kubectl.ok) console.warn(`Tests of the Kubernetes manifests (skipped: ${kubectl.reason})`);

export const skipped = kubectl.ok ? '' : ` (skipped: ${kubectl.reason})`;

const built = new Map<string, readonly KubernetesObject[]>();

/** An overlay or a combination that the documentation names, built once; nothing where there is no kubectl. */
export function builtManifests(name: string): readonly KubernetesObject[] {
  if (!kubectl.ok) return [];
  const known = built.get(name);
  if (known) return known;
  const components = combinations[name];
  const objects = components ? buildCombination(kubectl.path, components) : buildOverlay(kubectl.path, name);
  built.set(name, objects);
  return objects;
}

export const builtNames = [...overlays, ...Object.keys(combinations)];
