import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

export function findChromium(): string | null {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  const places = names.flatMap((name) => directories.map((directory) => join(directory, name)));
  return places.find((place) => existsSync(place)) ?? null;
}
