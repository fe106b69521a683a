/** So many different values are worth remembering; then it begins anew. */
const maxRemembered = 10_000;

/**
 * One object for all values that are the same JSON: of a hundred thousand endpoints most share their event types, their
 * retry policy and all that is empty. Values of CONFIG are never changed in place.
 */
export class SharedValues {
  private readonly byText = new Map<string, unknown>();

  /** @returns the value, or an equal one that was given before */
  share<T>(value: T): T {
    if (typeof value !== 'object' || value === null) return value;
    const text = JSON.stringify(value);
    const known = this.byText.get(text);
    if (known !== undefined) return known as T;
    if (this.byText.size >= maxRemembered) this.byText.clear();
    this.byText.set(text, value);
    return value;
  }
}
