/** What of a regular expression is needed to run it: characters, order, choice, repetition, and where it stands. */
export type PatternNode =
  | { readonly kind: 'character'; readonly source: string }
  | { readonly kind: 'assertion'; readonly at: 'start' | 'end' | 'boundary' | 'inside' }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | {
      readonly kind: 'repetition';
      readonly of: PatternNode;
      readonly min: number;
      /** `Infinity`: any number. */
      readonly max: number;
    };

/** A pattern that is not one, or that cannot be run in linear time. */
export class PatternError extends Error {
  override name = 'PatternError';
}

const escape =
  /\\(?:u\{[0-9a-fA-F]+\}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|.)/uy;
const characterClass = /\[(?:\\.|[^\]\\])*\]/suy;
const quantifier = /(?:[*+?]|\{(\d+)(,)?(\d+)?\})\??/uy;
const group = /\((?:\?:|\?<[A-Za-z_$][\w$]*>)?(?!\?)/uy;

/** @throws {PatternError} with what is wrong, for whoever wrote the pattern */
export function parsePattern(pattern: string): PatternNode {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    throw new PatternError(error instanceof Error ? error.message : String(error));
  }
  return new PatternParser(pattern).parse();
}

/** Expects what `RegExp` has accepted with the flag `u`. */
class PatternParser {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  parse(): PatternNode {
    return this.choice();
  }

  private choice(): PatternNode {
    if (++this.depth > 100) throw new PatternError('groups lie in each other more than 100 deep');
    const options = [this.sequence()];
    while (this.text[this.at] === '|') {
      this.at++;
      options.push(this.sequence());
    }
    this.depth--;
    return options.length === 1 ? (options[0] as PatternNode) : { kind: 'choice', options };
  }

  private sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.at < this.text.length && this.text[this.at] !== '|' && this.text[this.at] !== ')') {
      parts.push(this.repeated(this.term()));
    }
    return { kind: 'sequence', parts };
  }

  private term(): PatternNode {
    switch (this.text.charAt(this.at)) {
      case '^':
        return this.assertion('start', 1);
      case '$':
        return this.assertion('end', 1);
      case '(':
        return this.group();
      case '[':
        return { kind: 'character', source: this.take(characterClass) };
      case '\\':
        return this.escaped();
      default: {
        const character = String.fromCodePoint(this.text.codePointAt(this.at) as number);
        this.at += character.length;
        return { kind: 'character', source: character };
      }
    }
  }

  private group(): PatternNode {
    if (this.take(group) === '') {
      throw new PatternError('lookahead, lookbehind and modifiers are not supported');
    }
    const inner = this.choice();
    this.at++; // the closing parenthesis
    return inner;
  }

  private escaped(): PatternNode {
    const next = this.text[this.at + 1] ?? '';
    if (next === 'b') return this.assertion('boundary', 2);
    if (next === 'B') return this.assertion('inside', 2);
    if (/[1-9k]/.test(next)) throw new PatternError('references to groups are not supported');
    return { kind: 'character', source: this.take(escape) };
  }

  private assertion(at: 'start' | 'end' | 'boundary' | 'inside', length: number): PatternNode {
    this.at += length;
    return { kind: 'assertion', at };
  }

  private repeated(of: PatternNode): PatternNode {
    quantifier.lastIndex = this.at;
    const found = quantifier.exec(this.text);
    if (!found) return of;
    this.at += found[0].length;
    const [text, least, comma, most] = found;
    if (text.startsWith('*')) return { kind: 'repetition', of, min: 0, max: Infinity };
    if (text.startsWith('+')) return { kind: 'repetition', of, min: 1, max: Infinity };
    if (text.startsWith('?')) return { kind: 'repetition', of, min: 0, max: 1 };
    const min = Number(least);
    const max = comma === undefined ? min : most === undefined ? Infinity : Number(most);
    return { kind: 'repetition', of, min, max };
  }

  private take(form: RegExp): string {
    form.lastIndex = this.at;
    const found = form.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }
}
