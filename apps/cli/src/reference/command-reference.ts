import type { Argument, Command, Option } from 'commander';

/** The tree of commands as Markdown, in its order. What is hidden is not there. */
export function commandReference(program: Command): string {
  const help = program.createHelp();
  const commandsOf = (command: Command): readonly Command[] =>
    help
      .visibleCommands(command)
      .filter((one) => one.name() !== 'help')
      .flatMap((one) => [one, ...commandsOf(one)]);
  const parts = commandsOf(program)
    .filter((command) => help.visibleCommands(command).length === 0)
    .map((command) => sectionOf(command));
  return [tableOf('Options of every command', program.options), ...parts].join('\n\n');
}

function sectionOf(command: Command): string {
  const usage = `${pathOf(command)}${command.registeredArguments.map(argumentOf).join('')}`;
  const table = command.options.length > 0 ? `\n\n${tableOf(null, command.options)}` : '';
  return `### \`${usage}\`\n\n${sentence(command.description())}${table}`;
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function argumentOf(argument: Argument): string {
  return argument.required ? ` <${argument.name()}>` : ` [${argument.name()}]`;
}

function tableOf(title: string | null, options: readonly Option[]): string {
  const rows = options.filter(({ hidden }) => !hidden).map(rowOf);
  const head = `| Option | Meaning |\n| --- | --- |`;
  return `${title === null ? '' : `### ${title}\n\n`}${head}\n${rows.join('\n')}`;
}

function rowOf({ flags, description, argChoices, mandatory, defaultValue }: Option): string {
  const notes = [
    ...(argChoices ? [`one of ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`] : []),
    ...(mandatory ? ['required'] : []),
    ...(typeof defaultValue === 'string' || typeof defaultValue === 'number'
      ? [`default \`${defaultValue}\``]
      : []),
  ];
  const text = [description, ...notes].filter((part) => part !== '').join('; ');
  return `| \`${flags}\` | ${escaped(text)} |`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '\\<');
}

function sentence(text: string): string {
  return escaped(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}
