import { buildCombination, buildOverlay, combinations, overlays } from './build-overlay.js';
import { locateKubectl } from './locate-kubectl.js';
import type { KubernetesObject } from './objects.js';

const kubectl = await locateKubectl();
// among the many of `npm test` the names of tests are not shown
if (!kubectl.ok) console.warn(`Tests of the Kubernetes manifests (skipped: ${kubectl.reason})`);

export const skipped = kubectl.ok ? '' : ` (skipped: ${kubectl.reason})`;

/** Of every overlay and combination that the documentation names; none where there is no kubectl. */
export function buildAll(): ReadonlyMap<string, readonly KubernetesObject[]> {
  if (!kubectl.ok) return new Map();
  const { path } = kubectl;
  return new Map([
    ...overlays.map((name) => [name, buildOverlay(path, name)] as const),
    ...Object.entries(combinations).map(
      ([name, components]) => [name, buildCombination(path, components)] as const,
    ),
  ]);
}

export const builtNames = [...overlays, ...Object.keys(combinations)];
