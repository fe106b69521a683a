/** Who did it: `admin`, `key:<id>`, `portal:<id>` or a part of Postel. */
export function actorOf(actor: string): { readonly name: string; readonly id: string | null } {
  const [kind = '', id] = actor.split(':');
  if (actor === 'admin') return { name: 'Operator', id: null };
  if (kind === 'key' && id !== undefined) return { name: 'API key', id };
  if (kind === 'portal' && id !== undefined) return { name: 'Portal link', id };
  return { name: actor === 'postel' ? 'Postel' : `Postel (${actor})`, id: null };
}
