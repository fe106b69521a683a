/** Payload versions of ours, oldest first. The last is what is stored and what an endpoint gets unless it pins another. */
export const apiVersions = ['1.0', '2023-01-01', '2024-01-01'] as const;
export type BuiltInVersion = (typeof apiVersions)[number];
export const currentApiVersion = '2024-01-01' satisfies BuiltInVersion;

/**
 * The payload version of a delivery: one of ours, or `<name>@<revision>`, a platform's own as the event type declared it
 * in that position of CONFIG. So every attempt converts by the same rule, whatever becomes of the type meanwhile.
 */
export type ApiVersion = string;

export function isBuiltInVersion(version: string): version is BuiltInVersion {
  return apiVersions.some((known) => known === version);
}

export function pinnedVersion(name: string, revision: number): ApiVersion {
  return `${name}@${revision}`;
}

/** @returns `null` for one of ours */
export function parsePinnedVersion(version: ApiVersion): { name: string; revision: number } | null {
  const at = version.lastIndexOf('@');
  return at < 0 ? null : { name: version.slice(0, at), revision: Number(version.slice(at + 1)) };
}
