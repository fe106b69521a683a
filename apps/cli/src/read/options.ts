import { InvalidArgumentError, Option, type Command } from 'commander';

/** @throws {InvalidArgumentError} which commander tells with the option's name */
export function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const number = Number(text);
    if (text.trim() !== '' && Number.isInteger(number) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** `a,b` and the option given again. */
export function collected(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...text.split(',').map((item) => item.trim())].filter((item) => item !== '');
}

/** Without commas: a value that may hold some. */
export function repeated(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** Only what was given: the API tells an absent field from an empty one. */
export function given<Value extends object>(value: Value): Given<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Given<Value>;
}
type Given<Value> = { [Key in keyof Value]?: Exclude<Value[Key], undefined> };

/** An option that takes one of these; completion knows them too. */
export function choice(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices(choices);
}

/** A group of commands, such as `postel endpoints …`. */
export function group(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description);
}
