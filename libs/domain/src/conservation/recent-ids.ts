const defaultSlots = 262_144;

/**
 * Remembers the last so many ids, at least 131,072 and at most twice that, in 4 MiB whatever comes: as 64 bits each, in
 * two generations of which the older goes when the younger is full. Two ids of which both hashes are the same would be
 * taken for one, which is not to be expected in the life of an installation.
 */
export class RecentIds {
  private younger: Uint32Array;
  private older: Uint32Array;
  private count = 0;

  /** @param slots a power of two; half of them are taken at most, so that a look stays short */
  constructor(private readonly slots = defaultSlots) {
    this.younger = new Uint32Array(2 * slots);
    this.older = new Uint32Array(2 * slots);
  }

  add(id: string): void {
    if (this.count >= this.slots / 2) {
      [this.older, this.younger] = [this.younger, this.older.fill(0)];
      this.count = 0;
    }
    const at = placeOf(this.younger, id);
    if (this.younger[at] !== 0) return;
    this.younger[at] = hashOf(id, firstSeed);
    this.younger[at + 1] = hashOf(id, secondSeed);
    this.count += 1;
  }

  has(id: string): boolean {
    return this.younger[placeOf(this.younger, id)] !== 0 || this.older[placeOf(this.older, id)] !== 0;
  }
}

const firstSeed = 0x811c9dc5;
const secondSeed = 0x2f0b4a27;

/** FNV-1a, and a last mix, without which ids that differ in one character lie side by side; never 0, which is "none". */
function hashOf(id: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0 || 1;
}

/** Where it is, or where it would be: the slot there is empty then. */
function placeOf(table: Uint32Array, id: string): number {
  const slots = table.length / 2;
  const first = hashOf(id, firstSeed);
  const second = hashOf(id, secondSeed);
  let slot = first & (slots - 1);
  while (table[2 * slot] !== 0 && (table[2 * slot] !== first || table[2 * slot + 1] !== second))
    slot = (slot + 1) & (slots - 1);
  return 2 * slot;
}
