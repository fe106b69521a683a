import { decodeUtf8 } from '../event/accepted-event.js';
import { flatItems, topLevelMembers } from '../event/json-slices.js';
import { exactNumber, keyOf, type Scalar } from './filter-values.js';

/** What a path leads to in one event. */
export interface Found {
  /** Whether anything is there, be it `null`, an object or an empty array. */
  readonly exists: boolean;
  /** Every string, number, boolean and null there: of an array each item. */
  readonly scalars: readonly Scalar[];
  /** Of the scalars, for look-ups by equality. */
  readonly keys: readonly string[];
}

const nothing: Found = { exists: false, scalars: [], keys: [] };

/**
 * A stored event as filters look at it: parsed lazily, no further than they ask, and once for all of them. By source
 * text, so that whole numbers are exact and no key means anything to JavaScript.
 *
 * A path goes through arrays: it leads to what is in each of their items.
 */
export class EventView {
  private readonly root: JsonNode;
  private readonly found = new Map<string, Found>();

  static of(envelope: Uint8Array): EventView {
    return new EventView(decodeUtf8(envelope) ?? '');
  }

  /** @param envelope as it is stored */
  constructor(envelope: string) {
    this.root = new JsonNode(envelope);
  }

  /** @param path as it is written, which names the same as its `segments` */
  at(path: string, segments: readonly string[]): Found {
    let found = this.found.get(path);
    if (!found) this.found.set(path, (found = this.look(segments)));
    return found;
  }

  private look(segments: readonly string[]): Found {
    let nodes: JsonNode[] = [this.root];
    for (const segment of segments) {
      nodes = nodes
        .flatMap((node) => node.leaves())
        .map((node) => node.member(segment))
        .filter((node) => node !== undefined);
      if (nodes.length === 0) return nothing;
    }
    const scalars = nodes.flatMap((node) => node.leaves()).flatMap((node) => node.scalars());
    return { exists: true, scalars, keys: scalars.map(keyOf) };
  }
}

/** A value, as its source text without white space around it. */
class JsonNode {
  private members: ReadonlyMap<string, JsonNode> | undefined;
  private items: readonly JsonNode[] | undefined;

  constructor(private readonly text: string) {}

  member(key: string): JsonNode | undefined {
    this.members ??= new Map(
      [...topLevelMembers(this.text)].map(([name, text]) => [name, new JsonNode(text)]),
    );
    return this.members.get(key);
  }

  /** Of an array, and of arrays in it, all items; otherwise itself. */
  leaves(): readonly JsonNode[] {
    if (!this.text.startsWith('[')) return [this];
    this.items ??= flatItems(this.text).map((item) => new JsonNode(item));
    return this.items;
  }

  /** One, or none of an object. */
  scalars(): Scalar[] {
    switch (this.text.charAt(0)) {
      case '{':
        return [];
      case '"':
        return [JSON.parse(this.text) as string];
      case 't':
        return [true];
      case 'f':
        return [false];
      case 'n':
        return [null];
      default:
        return [exactNumber(this.text)];
    }
  }
}
