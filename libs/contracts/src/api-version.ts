/** Payload versions, oldest first. The last is what is stored and what an endpoint gets unless it pins another. */
export const apiVersions = ['1.0', '2023-01-01', '2024-01-01'] as const;
export type ApiVersion = (typeof apiVersions)[number];
export const currentApiVersion = '2024-01-01' satisfies ApiVersion;
