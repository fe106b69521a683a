/** A set of ids in ascending order (by UTF-16 code units, the same in every process). */
export class SortedIds {
  private ids: string[] = [];

  get size(): number {
    return this.ids.length;
  }

  add(id: string): void {
    // most sets have one, and a literal has no room for more
    if (this.ids.length === 0) this.ids = [id];
    const at = this.positionOf(id);
    if (this.ids[at] !== id) this.ids.splice(at, 0, id);
  }

  remove(id: string): void {
    const at = this.positionOf(id);
    if (this.ids[at] === id) this.ids.splice(at, 1);
  }

  /** The ids that are in any of the sets, each once, in ascending order; a new array. */
  static union(sets: readonly SortedIds[]): string[] {
    const [first] = sets;
    if (!first) return [];
    if (sets.length === 1) return first.ids.slice();
    // the runs are sorted already, which makes this sort a merge
    const all = sets.flatMap((set) => set.ids).sort(byCodeUnits);
    return all.filter((id, index) => id !== all[index - 1]);
  }

  /** Where the id is, or would be. */
  private positionOf(id: string): number {
    let low = 0;
    let high = this.ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ids[middle] ?? '') < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
