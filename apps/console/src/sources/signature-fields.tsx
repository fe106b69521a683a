import { Fieldset, Select, SimpleGrid, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import type { SourceValues } from './source-values.js';

/** Where a sender that we do not know puts its signature, and over what. */
export function SignatureFields({ form }: { form: UseFormReturnType<SourceValues> }): ReactNode {
  const text = (name: `signature.${string}`) => ({
    autoComplete: 'off',
    spellCheck: false,
    ...form.getInputProps(name),
  });
  return (
    <Fieldset legend="How it signs">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          label="Header of the signature"
          placeholder="X-Signature"
          required
          {...text('signature.header')}
        />
        <TextInput label="Prefix before it" placeholder="sha256=" {...text('signature.prefix')} />
        <Select
          label="Algorithm"
          data={['sha256', 'sha512', 'sha1']}
          allowDeselect={false}
          {...form.getInputProps('signature.algorithm')}
        />
        <Select
          label="Encoding"
          data={['hex', 'base64']}
          allowDeselect={false}
          {...form.getInputProps('signature.encoding')}
        />
        <TextInput
          label="Header of the time"
          placeholder="none"
          description="Then {timestamp} is signed too"
          {...text('signature.timestampHeader')}
        />
        <Select
          label="Its unit"
          description="Of the time"
          data={['seconds', 'milliseconds']}
          allowDeselect={false}
          {...form.getInputProps('signature.timestampUnit')}
        />
        <TextInput
          label="What is signed"
          description="Of {body}, {timestamp}, {id}"
          {...text('signature.signed')}
        />
        <TextInput
          label="Header of its id"
          placeholder="none"
          description="To know repetitions"
          {...text('signature.idHeader')}
        />
        <TextInput
          label="Header of the type"
          placeholder="none: field type of the body"
          {...text('signature.typeHeader')}
        />
      </SimpleGrid>
    </Fieldset>
  );
}
