import { z } from 'zod';
import type { Api } from './api.js';

/** Every item of a list, page by page. @throws {DemoFault} */
export async function readPages<T>(
  api: Api,
  path: string,
  query: Readonly<Record<string, string>>,
  item: z.ZodType<T>,
): Promise<T[]> {
  const page = z.object({ data: z.array(item), nextCursor: z.string().nullable() });
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const search = new URLSearchParams({ ...query, limit: '250', ...(cursor === null ? {} : { cursor }) });
    const read: z.infer<typeof page> = await api.read(`${path}?${search.toString()}`, page);
    items.push(...read.data);
    cursor = read.nextCursor;
  } while (cursor !== null);
  return items;
}
