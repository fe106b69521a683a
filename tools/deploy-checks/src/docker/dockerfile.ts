import {
  DockerfileParser,
  type Dockerfile,
  type From,
  type Instruction,
  type JSONInstruction,
} from 'dockerfile-ast';

/** One FROM and what follows it. */
export interface Stage {
  readonly name: string;
  /** As written: `${NODE_IMAGE}`, or another stage. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export function stagesOf(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const from = instruction as From;
      stages.push({ name: from.getBuildStage() ?? '', from: from.getImage() ?? '', instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (stage) stages[stages.length - 1] = { ...stage, instructions: [...stage.instructions, instruction] };
    }
  }
  return stages;
}

/** The shell command of a RUN. */
export function commandOf(run: Instruction): string {
  return (run.getArgumentsContent() ?? '').replace(/\\\n\s*/g, '');
}

export function valueOf({ instructions }: Stage, keyword: string): string | null {
  return instructions.findLast((each) => each.getKeyword() === keyword)?.getArgumentsContent() ?? null;
}

/** What an image of a service must not be, and a build must not do: one line each. */
export function dockerfileFaults(text: string): string[] {
  const file = DockerfileParser.parse(text);
  const stages = stagesOf(text);
  const last = stages.at(-1);
  if (!last) return ['it has no stage'];
  return [
    ...baseFaults(file, stages),
    ...file.getInstructions().flatMap(instructionFaults),
    ...runtimeFaults(last),
  ];
}

function baseFaults(file: Dockerfile, stages: readonly Stage[]): string[] {
  const names = stages.map(({ name }) => name);
  const images = stages
    .map(({ from }) => from)
    .filter((from) => !names.includes(from))
    .map((from) => {
      const [, name] = /^\$\{(\w+)\}$/.exec(from) ?? [];
      return (
        file
          .getInitialARGs()
          .find((arg) => arg.getProperty()?.getName() === name)
          ?.getProperty()
          ?.getValue() ?? from
      );
    });
  return images
    .filter((image) => !/:\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/.test(image))
    .map((image) => `the base image ${image} is not pinned to a version`);
}

function instructionFaults(instruction: Instruction): string[] {
  const keyword = instruction.getKeyword();
  const content = instruction.getArgumentsContent() ?? '';
  const line = instruction.getRange().start.line + 1;
  const faults = {
    'ADD fetches or unpacks what nobody looked at: COPY': keyword === 'ADD',
    'a secret becomes part of the image':
      (keyword === 'ENV' || keyword === 'ARG') &&
      /TOKEN|SECRET|PASSWORD|ENCRYPTION_KEY|DATABASE_URL/i.test(content),
    'something is fetched past npm':
      keyword === 'RUN' && /\b(curl|wget|git clone)\b|https?:\/\//.test(content),
    'npm install does not keep to the lockfile: npm ci':
      keyword === 'RUN' && /\bnpm (install|i)\b/.test(content),
    'packages run their install scripts':
      keyword === 'RUN' && /\bnpm ci\b(?!.*--ignore-scripts)/.test(content),
    [`${keyword} in shell form: signals end at the shell`]:
      ['CMD', 'ENTRYPOINT'].includes(keyword) && !isJson(instruction),
  };
  return Object.entries(faults).flatMap(([fault, holds]) => (holds ? [`line ${line}: ${fault}`] : []));
}

function runtimeFaults(stage: Stage): string[] {
  const user = valueOf(stage, 'USER') ?? '';
  const [, uid = '0'] = /^(\d+)(?::\d+)?$/.exec(user) ?? [];
  const health = stage.instructions.find((each) => each.getKeyword() === 'HEALTHCHECK');
  const userAt = stage.instructions.findIndex((each) => each.getKeyword() === 'USER');
  const faults = {
    'the user is root, or has no number': Number(uid) === 0,
    'files come in after the user is set, and may be its own': stage.instructions
      .slice(userAt)
      .some((each) => ['COPY', 'RUN'].includes(each.getKeyword())),
    'files are given to the user': stage.instructions.some((each) =>
      /--chown|--chmod/.test(each.getTextContent()),
    ),
    'it has no health check': health === undefined || !/CMD\s+\["node"/.test(health.getTextContent()),
    'its entrypoint is the script of the base image': valueOf(stage, 'ENTRYPOINT') !== '[]',
    'it has layers of its own making': stage.instructions.some((each) => each.getKeyword() === 'RUN'),
    'nothing says how often it is asked': !/--timeout=\d+s/.test(health?.getTextContent() ?? ''),
  };
  return Object.entries(faults).flatMap(([fault, holds]) => (holds ? [fault] : []));
}

function isJson(instruction: Instruction): boolean {
  return (instruction as JSONInstruction).getOpeningBracket() !== null;
}
