/** A time of the API for people: local where someone reads it, as it is where a program does. */
export function shownTime(iso: string | null | undefined, isTty: boolean): string {
  if (!iso) return '–';
  return isTty ? localTime(new Date(iso)) : iso;
}

export function localTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${clockTime(at)}`;
}

export function clockTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
